"""Catalogues of translations without gettext tools: English message ids from code and templates, one django.po a language.

A catalogue is sorted and carries no dates and no line numbers, so that a change in it is a change of words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGES = ("fr", "nl", "de")  # the source is English
COMPLETE = ("fr",)  # the others follow: what they lack is counted, not refused
TEMPLATES = {".html", ".svg", ".txt"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[sdfrc%]|\{\w*\}")
LOOSE_FRENCH = re.compile(r" [:;?!»]|« |\w'\w")  # a plain space that may break before a sign; a typewriter apostrophe


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    language: str
    message: str
    trouble: str

    def __str__(self) -> str:
        return f"locale/{self.language}: {self.message!r}: {self.trouble}"


def extracted(root: Path | None = None) -> Catalog:
    """Every message of the project's code and templates."""
    catalog = Catalog(charset="utf-8")
    for path in sources(root or settings.BASE_DIR):
        code = python_of(path)
        for _line, message, _comments, context in extract("python", BytesIO(code.encode()), KEYWORDS):
            catalog.add(message, context=context)
    return catalog


def sources(root: Path) -> Iterator[Path]:
    folders = [root / app for app in project_apps(root)]
    for folder in [*folders, root / "templates"]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in TEMPLATES | {".py"} and "migrations" not in path.parts:
                yield path


def python_of(path: Path) -> str:
    """The source; of a template what Django makes of it, without the indentation that Python would stumble over."""
    text = path.read_text("utf-8")
    if path.suffix not in TEMPLATES:
        return text
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())


def project_apps(root: Path) -> list[str]:
    return [app for app in settings.INSTALLED_APPS if "." not in app and (root / app).is_dir()]


def read(language: str, path: Path | None = None) -> Catalog:
    path = path or po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def merged(language: str, template: Catalog, *given: Catalog) -> Catalog:
    """The template's messages, each with the translation of the last of the given catalogues that has one."""
    result = Catalog(locale=language)
    for message in template:
        if message.id:
            found = [
                old for old in (one.get(message.id, message.context) for one in given) if old and is_translated(old)
            ]
            result.add(
                message.id,
                found[-1].string if found else "",
                context=message.context,
                flags=found[-1].flags if found else (),
            )
    return result


def write(language: str, catalog: Catalog) -> bool:
    """Writes the catalogue where it differs; says whether it did."""
    body = BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    return replace(po_path(language), header.encode() + body.getvalue().rstrip() + b"\n")


def compile_stale() -> list[str]:
    """Writes the .mo that are missing or older than their .po; returns their languages."""
    stale = [language for language in LANGUAGES if po_path(language).exists() and is_stale(language)]
    for language in stale:
        compiled = BytesIO()
        write_mo(compiled, read(language))
        target = po_path(language).with_suffix(".mo")
        replace(target, compiled.getvalue())
        target.touch()
    return stale


def is_stale(language: str) -> bool:
    source, target = po_path(language), po_path(language).with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def problems(language: str, catalog: Catalog, template: Catalog) -> list[Problem]:
    """What is missing, fuzzy, obsolete or broken in a language's catalogue."""
    found = [
        Problem(language, name(message), trouble)
        for message in catalog
        if message.id
        for trouble in troubles(message, language)
    ]
    wanted, held = keys(template), keys(catalog)
    found += [Problem(language, key[0], "missing: run manage.py catalogues extract") for key in wanted - held]
    found += [Problem(language, key[0], "obsolete: run manage.py catalogues extract") for key in held - wanted]
    return sorted(found)


def troubles(message: Message, language: str) -> Iterator[str]:
    if not is_translated(message):
        yield "missing: not translated"
        return
    if message.fuzzy:
        yield "fuzzy: read it again and take the mark away"
    for string in strings(message):
        if not placeholders(string) <= allowed(message):
            yield f"broken placeholder in {string!r}"
        if language == "fr" and LOOSE_FRENCH.search(string):
            yield f"French needs no-break spaces and ’ in {string!r}"
    if required(message) - placeholders(strings(message)[-1]):
        yield f"lost placeholder in {strings(message)[-1]!r}"


def is_translated(message: Message) -> bool:
    return bool(message.string) and all(strings(message))


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, list | tuple) else [str(message.string)]


def ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


def name(message: Message) -> str:
    return ids(message)[0]


def keys(catalog: Catalog) -> set[tuple[str, str | None]]:
    return {(name(message), message.context) for message in catalog if message.id}


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {"%%"}


def allowed(message: Message) -> set[str]:
    return set().union(*map(placeholders, ids(message)))


def required(message: Message) -> set[str]:
    """What the last form must hold: "one answer" may leave its number out, "3 answers" may not."""
    return placeholders(ids(message)[-1])


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def replace(path: Path, content: bytes) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)
    return True
