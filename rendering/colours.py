"""Colours of a programme: its darker shade, its wash, and whether text on them can be read. Colours are written "#rrggbb"."""

READABLE = 4.5  # WCAG 2.2, 1.4.3: least contrast of ordinary text


def darker(colour: str, keep: float = 0.74) -> str:
    """The same hue with `keep` of its light: for buttons pointed at, and for text on a wash."""
    return mixed(colour, "#000000", keep)


def wash(colour: str) -> str:
    """A light ground in the colour, for what is chosen and for notes."""
    return mixed(colour, "#ffffff", 0.12)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, from 1 to 21, in either order."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of the first colour (0 to 1) in the second."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255; ValueError for anything but "#rrggbb"."""
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError(f"{colour!r} is not a colour written #rrggbb")
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def programme_css(colour: str) -> str:
    """The custom properties by which a programme colours the pages and the PDF."""
    return f":root{{--programme:{colour};--programme-dark:{darker(colour)};--programme-wash:{wash(colour)}}}"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
