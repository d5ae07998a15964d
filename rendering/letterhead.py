"""Whose document it is: what `rendering/document.html` sets at its head, and in which colour."""

from dataclasses import dataclass

from rendering.colours import darker


@dataclass(frozen=True, slots=True)
class Letterhead:
    """In the language of the document. Where no one programme speaks it is the portal's own."""

    name: str = "Tremplin"
    line: str = ""
    colour: str = "#0e5a64"

    @property
    def colour_dark(self) -> str:
        return darker(self.colour)
