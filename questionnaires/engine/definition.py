from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

DONT_KNOW = "dont-know"
NOT_APPLICABLE = "not-applicable"
RESERVED_CODES = frozenset({DONT_KNOW, NOT_APPLICABLE})


class Kind(StrEnum):
    SINGLE = "single"
    SEVERAL = "several"
    SCALE = "scale"


class Subject(StrEnum):
    """What a prerequisite or a goal looks at."""

    QUESTION = "question"
    DIMENSION = "dimension"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked only when the earlier `question` was answered with one of `choices`."""

    question: str
    choices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `points` by choice code (on a scale: by the value written in digits), `highest` above 0."""

    code: str
    kind: Kind
    weight: Fraction
    points: Mapping[str, Fraction]
    highest: Fraction
    none_choices: frozenset[str] = frozenset()
    offers_not_applicable: bool = False
    not_for: frozenset[str] = frozenset()
    only_if: Condition | None = None

    def ratio(self, chosen: Iterable[str]) -> Fraction:
        """The share of its points that these choices earn, from 0 to 1."""
        total = sum((self.points[code] for code in chosen), Fraction(0))
        return min(max(total, Fraction(0)), self.highest) / self.highest


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    weight: Fraction
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the score, from `start` (0 to 100) up to the next band."""

    code: str
    start: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A level to reach: a share in ]0, 1] of a question or dimension, or a topic whose goal is reached."""

    subject: Subject
    code: str
    at_least: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Topic:
    """A training topic: what it raises (question -> effect in ]0, 1]), what comes first, when it is pointless."""

    code: str
    raises: Mapping[str, Fraction]
    after: tuple[Mark, ...] = ()
    goal: tuple[Mark, ...] = ()
    not_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SubSector:
    """A trade, with the weight of the topics that matter more or less there (1 where none is given)."""

    code: str
    family: str = ""
    weights: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The codes by which a rule may mean this sub-sector."""
        return frozenset({self.code, self.family})


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All that scoring and recommending need to know; topics in their order."""

    code: str
    dimensions: tuple[Dimension, ...]
    bands: tuple[Band, ...] = ()
    topics: tuple[Topic, ...] = ()
    sub_sectors: Mapping[str, SubSector] = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        for dimension in self.dimensions:
            yield from dimension.questions

    def restricted_to(self, codes: Iterable[str]) -> "Questionnaire":
        """The same questionnaire with only these questions, without topics: to compare two editions on what they share."""
        kept = set(codes)
        dimensions = (
            replace(dimension, questions=tuple(q for q in dimension.questions if q.code in kept))
            for dimension in self.dimensions
        )
        return replace(self, dimensions=tuple(d for d in dimensions if d.questions), topics=())


def questionnaire_from(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire out of the checked data of a version: {questionnaire, topics, sub_sectors}, numbers as text."""
    own = data["questionnaire"]
    return Questionnaire(
        code=own["code"],
        dimensions=tuple(_dimension(item) for item in own["dimensions"]),
        bands=tuple(Band(item["code"], item["from"]) for item in own.get("bands") or ()),
        topics=tuple(_topic(item) for item in data.get("topics") or ()),
        sub_sectors={item["code"]: _sub_sector(item) for item in data.get("sub_sectors") or ()},
    )


def _dimension(data: Mapping[str, Any]) -> Dimension:
    return Dimension(
        code=data["code"],
        weight=Fraction(data["weight"]),
        questions=tuple(_question(item) for item in data["questions"]),
    )


def _question(data: Mapping[str, Any]) -> Question:
    points = points_of(data)
    given_max = data.get("max")
    positive = sum((value for value in points.values() if value > 0), Fraction(0))
    highest = max(points.values(), default=Fraction(0))
    if data["kind"] == Kind.SEVERAL:
        highest = positive if given_max is None else Fraction(given_max)
    condition = data.get("only_if")
    return Question(
        code=data["code"],
        kind=Kind(data["kind"]),
        weight=Fraction(data["weight"]),
        points=points,
        highest=highest,
        none_choices=frozenset(item["code"] for item in data.get("choices") or () if item.get("none")),
        offers_not_applicable=bool(data.get("not_applicable")),
        not_for=frozenset(data.get("not_for") or ()),
        only_if=condition and Condition(condition["question"], frozenset(str(item) for item in condition["any"])),
    )


def points_of(data: Mapping[str, Any]) -> dict[str, Fraction]:
    """Points by choice code; on a scale by value, which counts from its least value where no points are given."""
    if data["kind"] != Kind.SCALE:
        return {item["code"]: Fraction(item["points"]) for item in data["choices"]}
    scale = data["scale"]
    values = range(scale["min"], scale["max"] + 1)
    points = scale.get("points") or [value - scale["min"] for value in values]
    return {str(value): Fraction(point) for value, point in zip(values, points, strict=True)}


def _topic(data: Mapping[str, Any]) -> Topic:
    return Topic(
        code=data["code"],
        raises={code: Fraction(effect) for code, effect in data["raises"].items()},
        after=tuple(_mark(item) for item in data.get("after") or ()),
        goal=tuple(_mark(item) for item in data.get("goal") or ()),
        not_for=frozenset(data.get("not_for") or ()),
    )


def _mark(data: Mapping[str, Any]) -> Mark:
    subject = next(subject for subject in Subject if data.get(subject))
    at_least = data.get("at_least")
    return Mark(subject, data[subject], Fraction(1 if at_least is None else at_least))


def _sub_sector(data: Mapping[str, Any]) -> SubSector:
    return SubSector(
        code=data["code"],
        family=data["family"],
        weights={code: Fraction(item["weight"]) for code, item in (data.get("topics") or {}).items()},
    )
