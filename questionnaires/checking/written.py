from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pydantic_core import PydanticCustomError

from questionnaires.files import Document, Place
from questionnaires.format import exact


@dataclass(frozen=True, slots=True)
class Written:
    """A place in a file as it was written, whatever stands there: what is not in the format is simply not seen.

    So the checks of sense find all they can in a file whose form is wrong elsewhere.
    """

    document: Document
    place: Place = ()

    @property
    def data(self) -> Any:
        found = self.document.data
        for step in self.place:
            found = found[step]
        return found

    def __contains__(self, key: str) -> bool:
        return isinstance(self.data, dict) and self.data.get(key) is not None

    def at(self, key: str) -> "Written":
        """The place below; itself when there is none."""
        return Written(self.document, (*self.place, key)) if key in self else self

    def items(self, key: str) -> list["Written"]:
        """The entries of the list below this key."""
        found = self.data.get(key) if isinstance(self.data, dict) else None
        if not isinstance(found, list):
            return []
        return [Written(self.document, (*self.place, key, index)) for index in range(len(found))]

    def entries(self, key: str) -> Iterator[tuple[str, "Written"]]:
        """The keys of the mapping below this key, each with its place."""
        found = self.data.get(key) if isinstance(self.data, dict) else None
        for name in found if isinstance(found, dict) else ():
            yield name, Written(self.document, (*self.place, key, name))

    def text(self, key: str) -> str:
        found = self.data.get(key) if isinstance(self.data, dict) else None
        return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""

    @property
    def code(self) -> str:
        return self.text("code")

    def number(self, key: str) -> Fraction | None:
        """The exact number below this key; None when there is none."""
        return number_of(self.data.get(key)) if isinstance(self.data, dict) else None

    def numbers(self, key: str) -> list[Fraction | None]:
        return [number_of(item.data) for item in self.items(key)]

    def blame(self, message: str, key: str = "") -> None:
        """Puts a mistake on the line of this place, or of the key below it."""
        self.document.blame((*self.place, key) if key else self.place, message)


def number_of(value: object) -> Fraction | None:
    try:
        return exact(value)
    except PydanticCustomError:
        return None


def check_unique(things: Iterable[Written], what: str) -> None:
    """No two of these have one code."""
    lines: dict[str, str] = {}
    for thing in things:
        line = f"{thing.document.file}:{thing.document.line_of((*thing.place, 'code'))}"
        if thing.code and thing.code in lines:
            thing.blame(
                f"the code `{thing.code}` stands twice among the {what}, first at {lines[thing.code]}; rename one",
                "code",
            )
        elif thing.code:
            lines[thing.code] = line


def check_known(codes: Iterable[Written], known: Iterable[str], what: str) -> None:
    """Each of these codes is known, as far as anything is."""
    names = set(known)
    for place in codes:
        if names and isinstance(place.data, str) and place.data not in names:
            place.blame(f"`{place.data}` is not {what}; correct the code or add it there")
