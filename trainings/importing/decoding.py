"""Text with separators, in whatever encoding: no file says which, so the likeliest is taken, and shown to whoever brought it."""

import csv
import io
from collections import Counter

from trainings.importing.heads import field_of
from trainings.importing.tables import MOST_COLUMNS, Table, Unreadable, gathered

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Of one byte a letter: what Windows, what Linux and what an old Mac write. Where two fit alike the first is taken.
ONE_BYTE = ("cp1252", "iso8859-15", "mac-roman")
LETTERS = frozenset("éèêëàâäáçîïíìôöóòõûüúùœæßñåøãšžÿ")
SIGNS = frozenset("’‘“”«»–—…€°·\xa0")
NAMES = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "iso8859-15": "Latin-9", "mac-roman": "Mac Roman"}
SEPARATORS = ";,\t|"
LOOKED_AT = 20  # lines, to find the separator


def read_text(content: bytes) -> Table:
    """Raises Unreadable."""
    encoding = encoding_of(content)
    text = _decoded(content, encoding)
    separator, text = separator_of(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return gathered(
            enumerate(lines, 1), {"encoding": NAMES.get(encoding, encoding.upper()), "separator": separator}
        )
    except csv.Error as error:
        raise Unreadable("broken quotes", row=lines.line_num) from error


def encoding_of(content: bytes) -> str:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    if wide := _wide(content[:4000]):
        return wide
    try:
        content.decode()
    except UnicodeDecodeError:
        return _one_byte(content)
    return "utf-8"


def _wide(start: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain letters is zero."""
    halves = {"utf-16-be": start[::2], "utf-16-le": start[1::2]}
    zeros = {encoding: half.count(0) / max(len(half), 1) for encoding, half in halves.items()}
    encoding = max(zeros, key=lambda name: zeros[name])
    return encoding if zeros[encoding] > 0.4 and min(zeros.values()) < 0.1 else ""


def _one_byte(content: bytes) -> str:
    """The one in which these bytes are most often letters that people here write."""
    beyond = Counter(byte for byte in content if byte > 0x7F)

    def sense(encoding: str) -> int:
        return sum(count * _sense(bytes([byte]).decode(encoding, "replace")) for byte, count in beyond.items())

    return max(ONE_BYTE, key=sense)


def _sense(letter: str) -> int:
    if letter in LETTERS:
        return 3
    if letter.lower() in LETTERS:
        return 2
    return 1 if letter in SIGNS else -2


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding, "replace" if encoding in ONE_BYTE else "strict")
    except UnicodeDecodeError as error:
        raise Unreadable("not a list") from error
    controls = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 13))
    if controls * 50 > len(text):
        raise Unreadable("not a list")
    return text


def separator_of(text: str) -> tuple[str, str]:
    """The separator and the text to be read with it; a first line "sep=;" is what Excel says of it."""
    first, _end, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[-1], "\n" + rest
    lines = io.StringIO(text[:100_000], newline="")
    sample = "".join(line for line, _number in zip(lines, range(LOOKED_AT), strict=False))
    return max(SEPARATORS, key=lambda separator: _fit(sample, separator)), text


def _fit(sample: str, separator: str) -> tuple[int, int]:
    """How many heads it brings to light, and on how many lines it cuts as on most."""
    try:
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if any(row)]
    except csv.Error:
        return 0, 0
    heads = max((sum(bool(field_of(cell)) for cell in row) for row in rows[:10]), default=0)
    widths = Counter(len(row) for row in rows if 1 < len(row) <= MOST_COLUMNS)
    return (heads if heads > 1 else 0), max(widths.values(), default=0)
