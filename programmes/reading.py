"""Reads programme.yaml and cities.csv; what is wrong in both is found at once, with its line."""

import csv
import io
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from programmes import format as form
from questionnaires.checking.translations import missing_translations
from questionnaires.files import BadContent, Document, Place, Problem, read_text, read_yaml
from questionnaires.format import LANGUAGES

PROGRAMME, CITIES, GROUPINGS = "programme.yaml", "cities.csv", "groupings.yaml"
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,6})?\Z")


@dataclass(slots=True)
class Read:
    """What the files say; `programme` is None when it can't be used."""

    programme: form.Programme | None = None
    cities: list[form.City] = field(default_factory=list)
    groupings: list[form.Grouping] = field(default_factory=list)
    languages: tuple[str, ...] = LANGUAGES[:1]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_programme(folder: Path) -> Read:
    """Never raises for mistakes in the files: they stand in `problems`."""
    document = read_yaml(folder / PROGRAMME)
    found = Read(languages=_languages(document))
    found.programme = document.parse(form.Programme, {"first_language": found.languages[0]})
    if found.programme:
        _check_programme(found.programme, document, folder)
        found.warnings = list(missing_translations(document, [*found.languages[1:]]))
    found.problems = document.problems
    found.cities = _read_cities(folder / CITIES, found)
    if (folder / GROUPINGS).exists():
        _read_groupings(folder / GROUPINGS, found)
    if found.programme and found.cities:
        prices = found.programme.prices
        _check_codes((prices and prices.voucher_cities) or [], ("prices", "voucher_cities"), found, document)
        _check_codes(found.programme.joint_organisers, ("joint_organisers",), found, document, {form.ALL})
    return found


def _check_codes(
    codes: list[str], place: Place, found: Read, document: Document, besides: AbstractSet[str] = frozenset()
) -> None:
    known = {city.code for city in found.cities} | besides
    for number, code in enumerate(codes):
        if code not in known:
            document.blame((*place, number), f"`{code}` is not a city of {CITIES}; correct its code")


def _read_groupings(path: Path, found: Read) -> None:
    document = read_yaml(path)
    if read := document.parse(form.Groupings, {"first_language": found.languages[0]}):
        _check_groupings(read.groupings, {city.code for city in found.cities}, document)
        found.groupings = read.groupings
        found.warnings += missing_translations(document, [*found.languages[1:]])
    found.problems += document.problems


def _check_groupings(groupings: list[form.Grouping], cities: set[str], document: Document) -> None:
    seen: set[str] = set()
    for place, grouping in enumerate(groupings):
        if grouping.code in seen or grouping.code.startswith(form.PROVINCE):
            told = (
                f"`{grouping.code}` stands twice, or begins like a province (`{form.PROVINCE}`); give each its own code"
            )
            document.blame(("groupings", place, "code"), told)
        seen.add(grouping.code)
        for number, code in enumerate(grouping.cities):
            if code not in cities:
                told = f"`{code}` is not a city of {CITIES}; correct its code"
                document.blame(("groupings", place, "cities", number), told)
            elif code in grouping.cities[:number]:
                told = f"`{code}` stands twice in this grouping; keep it once"
                document.blame(("groupings", place, "cities", number), told)


def _languages(document: Document) -> tuple[str, ...]:
    """As written, so that the other files can be checked even when something else is wrong here."""
    written = document.data.get("languages") if isinstance(document.data, dict) else None
    known = [code for code in written if code in LANGUAGES] if isinstance(written, list) else []
    return tuple(dict.fromkeys(known)) or LANGUAGES[:1]


def _check_programme(programme: form.Programme, document: Document, folder: Path) -> None:
    if programme.code != folder.resolve().name:
        told = f"the code is `{programme.code}` and the folder `{folder.resolve().name}`; give both one name"
        document.blame(("code",), told)
    seen: set[str] = set()
    for place, campaign in enumerate(programme.campaigns):
        if campaign.code in seen:
            document.blame(("campaigns", place, "code"), f"`{campaign.code}` stands twice; give each its own code")
        seen.add(campaign.code)
    for one, other in form.overlapping(programme.campaigns):
        start = ("campaigns", programme.campaigns.index(other), "starts_on")
        document.blame(start, f"`{other.code}` starts before `{one.code}` is over; a day belongs to one campaign")


def _read_cities(path: Path, found: Read) -> list[form.City]:
    try:
        lines = list(_csv_lines(read_text(path)))
    except BadContent as error:
        found.problems.extend(error.problems)
        return []
    except csv.Error as error:
        found.problems.append(Problem(path.name, 1, f"not a CSV file: {error}; save it as CSV with commas"))
        return []
    return list(_CityFile(path.name, found).cities(lines))


def _degrees(written: str) -> float | None:
    return float(written) if written else None


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line. Commas, or semicolons as spreadsheets here write them."""
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    for record in reader:
        if record:
            yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1


@dataclass
class _CityFile:
    name: str
    found: Read
    names: dict[str, str] = field(default_factory=dict)
    first_lines: dict[str, int] = field(default_factory=dict)

    def cities(self, lines: list[tuple[int, list[str]]]) -> Iterator[form.City]:
        header = lines[0][1] if lines else []
        if not self._is_usable(header):
            return
        for line, cells in lines[1:]:
            if len(cells) != len(header):
                self._blame(line, f"{len(cells)} columns instead of {len(header)}; put texts with commas in quotes")
            elif city := self._city(line, dict(zip(header, cells, strict=True))):
                yield city

    def _is_usable(self, header: list[str]) -> bool:
        self.names = {column: column[5:] for column in header if column.startswith("name_")}
        required = {*form.CITY_COLUMNS, f"name_{self.found.languages[0]}"}
        missing = sorted(required - set(header))
        strange = sorted(
            set(header) - required - {*form.CITY_MAY_HAVE, *(f"name_{language}" for language in LANGUAGES)}
        )
        if missing:
            self._blame(1, f"the first line must name the columns; missing: {', '.join(missing)}")
        if strange:
            self._blame(1, f"unknown columns: {', '.join(strange)}; correct their spelling or take them out")
        if len(set(header)) < len(header):
            self._blame(1, "a column stands twice; keep one of them")
        return not missing and not strange and len(set(header)) == len(header)

    def _city(self, line: int, cells: dict[str, str]) -> form.City | None:
        mistakes = list(self._mistakes(line, cells))
        for mistake in mistakes:
            self._blame(line, mistake)
        if mistakes:
            return None
        return form.City(
            code=cells["code"],
            names={language: cells[column] for column, language in self._names_in_order() if cells[column]},
            postal_codes=tuple(cells["postal_codes"].split()),
            province=cells["province"],
            shops=int(cells["shops"]) if cells["shops"] else None,
            latitude=_degrees(cells.get("latitude", "")),
            longitude=_degrees(cells.get("longitude", "")),
            language=cells.get("language", ""),
        )

    def _names_in_order(self) -> list[tuple[str, str]]:
        first = self.found.languages[0]
        return sorted(self.names.items(), key=lambda item: (item[1] != first, LANGUAGES.index(item[1])))

    def _mistakes(self, line: int, cells: dict[str, str]) -> Iterator[str]:
        code, first = cells["code"], f"name_{self.found.languages[0]}"
        if not form.CITY_CODE.match(code):
            yield f"`{code}` is not a code of a municipality; write its official number"
        elif (earlier := self.first_lines.setdefault(code, line)) != line:
            yield f"`{code}` stands already in line {earlier}; keep one of them"
        if not cells[first]:
            yield f"`{first}` is empty; write the name"
        yield from self._postal_code_mistakes(cells["postal_codes"].split())
        if self.found.programme and cells["province"] not in self.found.programme.provinces:
            known = ", ".join(self.found.programme.provinces)
            yield f"`{cells['province']}` is not a province of {PROGRAMME}; choose one of {known}"
        if cells["shops"] and not re.fullmatch(r"[0-9]{1,6}", cells["shops"]):
            yield f"`{cells['shops']}` is not a number of shops; write a whole number, or nothing when it is not known"
        yield from self._position_mistakes(cells.get("latitude", ""), cells.get("longitude", ""))
        if (language := cells.get("language", "")) and language not in self.found.languages:
            known = ", ".join(self.found.languages)
            yield f"`{language}` is not a language of the programme; write one of {known}, or nothing for the first of them"

    def _position_mistakes(self, latitude: str, longitude: str) -> Iterator[str]:
        for written, most in ((latitude, 90), (longitude, 180)):
            if written and (not DEGREES.match(written) or abs(float(written)) > most):
                yield f"`{written}` is not a position in degrees; write it like 50.4669, or nothing when it is not known"
        if bool(latitude) != bool(longitude):
            yield "latitude and longitude go together; write both or none"

    def _postal_code_mistakes(self, codes: list[str]) -> Iterator[str]:
        if not codes:
            yield "`postal_codes` is empty; write at least one, several with spaces between"
        expected = self.found.programme.postal_code if self.found.programme else None
        for code in codes:
            if (expected and not re.fullmatch(expected, code)) or len(code) > 10:
                yield f"`{code}` is not a postal code of the form in {PROGRAMME}; correct it"
        if len(set(codes)) < len(codes):
            yield "a postal code stands twice in this line; keep it once"

    def _blame(self, line: int, message: str) -> None:
        self.found.problems.append(Problem(self.name, line, message))
