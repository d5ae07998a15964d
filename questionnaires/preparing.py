from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from questionnaires.engine.definition import questionnaire_from
from questionnaires.engine.diagnosing import Diagnoser

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored definition, known by its digest; `fetch` gets it when it is needed."""

    digest: str
    fetch: Callable[[], Mapping[str, Any]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A definition made ready for pages and for diagnosing: its parts by code, in their order. Shared: never change them."""

    questionnaire: Item
    dimensions: Mapping[str, Item]
    questions: Mapping[str, Item]
    topics: Mapping[str, Item]
    sub_sectors: Mapping[str, Item]
    families: Mapping[str, Item]
    diagnoser: Diagnoser


@lru_cache(maxsize=32)
def prepare(stored: Stored) -> Prepared:
    """Prepares a definition once in each process."""
    definition = stored.fetch()
    own = definition["questionnaire"]
    return Prepared(
        questionnaire=own,
        dimensions=_by_code(own["dimensions"]),
        questions=_by_code([question for dimension in own["dimensions"] for question in dimension["questions"]]),
        topics=_by_code(definition["topics"]),
        sub_sectors=_by_code(definition["sub_sectors"]),
        families=_by_code(definition["families"]),
        diagnoser=Diagnoser(questionnaire_from(definition)),
    )


def _by_code(items: list[Item]) -> dict[str, Item]:
    return {item["code"]: item for item in items}
