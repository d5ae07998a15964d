"""Which figures a question of a survey may feed, and what a question must be for that."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fed:
    """`kind` of the question; whether some of its choices must count towards the figure, or its choices are the topics."""

    kind: str
    counts: bool = False
    topics: bool = False


FED: Mapping[str, Fed] = {
    "usefulness": Fed("single", counts=True),
    "relevance": Fed("scale"),
    "tools": Fed("several", counts=True),
    "training": Fed("single", counts=True),
    "training-topics": Fed("several", topics=True),
    "strategy": Fed("single", counts=True),
    "barriers": Fed("several"),
}
