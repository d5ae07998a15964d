"""What goes into a release as it is, counted once: figures, tables, and how they are called."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from figures.definition import Definition, Filters
from figures.once import reading_once
from reports.plain import Json, called, in_languages, plain
from reports.registry import defined
from reports.snapshots import snapshot
from reports.still_open import StillOpen, still_open
from reports.subjects import Subject
from reports.tabulating import OF_ANSWERS, tables
from trainings.figures.sessions import first_training

OF_ALL = (
    "sessions-held",
    "sessions-planned",
    "participants",
    "shops",
    "reach",
    "people",
    "helpers",
    "participants-per-session",
    "turnout",
    "mobilisations",
    "mobilisation-hours",
    "shops-visited",
    "diagnostics-started",
    "diagnostics-completed",
)
OF_CITIES = (
    "cities-invited",
    "cities-interested",
    "cities-taking-part",
    "cities-refused",
    "cities-without-answer",
    "cities-with-sessions",
    "cities-with-sessions-planned",
)
OF_COSTS = (
    "vouchers-full-price",
    "vouchers-paid",
    "vouchers-public-share",
    "vouchers-public-part",
    "price-per-shop",
    "public-share-per-shop",
    "vouchers-reserved",
)
OF_SLIPS = ("slips-wanting", "slips-booked", "slips-attended", "slips-better")
STOPPED = ("slips-stopped", "slips-declining")
SCORE_MEAN, TOPICS_RECOMMENDED = "score-mean", "topics-recommended"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is released as it is; `words` say how each figure is called and what it counts. `first_training` is the day on which
    trainings began or will begin; None: it is not known. `open_surveys` are those whose answers are not all in."""

    figures: list[Json]
    tables: dict[str, Json]
    words: dict[str, Json]
    first_training: date | None
    open_surveys: StillOpen | None


def gather(subject: Subject, as_of: datetime, at: datetime) -> Gathered:
    """All as it stood at one moment, counted `at` another. Raises nothing for being empty: a city without a session has a release that says so."""
    with snapshot(), reading_once():
        return _gathered(subject, as_of, at)


def _gathered(subject: Subject, as_of: datetime, at: datetime) -> Gathered:
    whole = subject.filters(as_of)
    own = replace(whole, cities=subject.cities)
    definitions = defined(codes_of(subject.city))
    figures = [_figure(definition, own, whole) for definition in definitions]
    words = {definition.code: words_of(subject, definition) for definition in (*definitions, *_asked(subject))}
    return Gathered(figures, tables(subject, own, whole), words, first_training(own), still_open(own, at))


def codes_of(city: object | None) -> tuple[str, ...]:
    """The key figures of a release about a city, or about many of them."""
    return OF_ALL if city else (*OF_CITIES, *OF_ALL, *OF_COSTS)


def _asked(subject: Subject) -> list[Definition]:
    """What answers and slips say; slips are few, and of the whole alone."""
    others = (SCORE_MEAN, TOPICS_RECOMMENDED)
    return defined((*OF_ANSWERS, *others) if subject.city else (*OF_ANSWERS, *OF_SLIPS, *STOPPED, *others))


def _figure(definition: Definition, own: Filters, whole: Filters) -> Json:
    beside = plain(definition, definition.compute(whole))
    mine = beside if own.cities is None else plain(definition, definition.compute(own))
    return {"code": definition.code, "unit": definition.unit.name, "own": mine, "whole": beside}


def words_of(subject: Subject, definition: Definition) -> Json:
    """How it is called and what it counts, as it was said when it was released."""
    return {
        "name": called(subject, definition.name),
        "definition": called(subject, definition.words),
        "sentences": [in_languages(subject, partial(definition.form, many)) for many in (0, 1, 2)],
        "unit": definition.unit.name,
    }
