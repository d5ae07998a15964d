"""The typeface of the pages: woff2 made at set-up from the package's TTF, cut down to what our languages write."""

from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

from portal.finders import package_dir

PACKAGE = "fontpkg_atkinson_hyperlegible"
FACES = {"regular": "AtkinsonHyperlegible-Regular.ttf", "bold": "AtkinsonHyperlegible-Bold.ttf"}
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A: names from all over the Union
    *(ord(character) for character in "–—‘’‚“”„†•…‰‹›€−≤≥"),
]


def make(folder: Path, *, again: bool = False) -> list[Path]:
    """Writes atkinson/<face>.woff2 under the folder, where missing or older than the package; returns what it wrote."""
    written = []
    for face, name in FACES.items():
        source, target = package_dir(PACKAGE) / "files" / name, folder / "atkinson" / f"{face}.woff2"
        if again or not target.exists() or target.stat().st_mtime < newest(source):
            subset(source, target)
            written.append(target)
    return written


def newest(source: Path) -> float:
    """When the source or these rules last changed."""
    return max(source.stat().st_mtime, Path(__file__).stat().st_mtime)


def subset(source: Path, target: Path) -> None:
    options = Options(
        flavor="woff2", layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "liga"], hinting=False
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".new")
    with load_font(str(source), options) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=CHARACTERS)
        subsetter.subset(font)
        save_font(font, str(beside), options)
    beside.replace(target)
