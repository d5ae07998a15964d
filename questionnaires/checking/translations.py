from collections.abc import Iterator
from typing import Any

from questionnaires.files import Document, Place, Problem
from questionnaires.format import is_text


def missing_translations(document: Document, languages: list[str]) -> Iterator[Problem]:
    """One line for each text that is missing in one of the languages."""
    for place, text in _texts(document.data, ()):
        for language in languages:
            if language not in text:
                name = next(step for step in reversed(place) if isinstance(step, str))
                message = f"`{name}` has no text in “{language}”; the first language is shown until it is written"
                yield Problem(document.file, document.line_of(place), message)


def _texts(data: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    if is_text(data):
        yield place, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*place, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*place, index))
