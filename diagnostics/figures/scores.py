"""Scores, by what they are made of, and the topics recommended: over one self-diagnostic a shop."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from diagnostics.figures.rows import counting_rows
from diagnostics.figures.taking import BREAKDOWNS, OF_DIAGNOSTICS, Tallied, histogram
from diagnostics.figures.tallies import DIMENSIONS, SCORES, TOPICS, VERSIONS, points_of, shops_of, tally
from figures import definition
from figures.counting import Histogram, mean_of, median_of, quantile_of
from figures.definition import Definition, Filters, Protection, Unit


def versions(filters: Filters) -> frozenset[str]:
    """Fingerprints of the questionnaires that were answered."""
    return frozenset(tally(VERSIONS, filters))


def _scores(value: Callable[[Histogram], definition.Value]) -> Tallied:
    return Tallied(SCORES, lambda found: value(histogram(found)))


MEAN, MEDIAN = _scores(mean_of), _scores(median_of)
LOWER, UPPER = _scores(quantile_of(Fraction(1, 4))), _scores(quantile_of(Fraction(3, 4)))
RESULTS = Tallied(SCORES, lambda found: definition.count(found.total()))


def score_mean(filters: Filters) -> definition.Value:
    """Points from 0 to 100, exact; n counts the shops, None without any. Source: Diagnostic.score of the latest completed."""
    return MEAN.whole(filters)


def score_median(filters: Filters) -> definition.Value:
    """Points from 0 to 100: the score in the middle, or between two; n and source as the mean."""
    return MEDIAN.whole(filters)


def score_lower_quarter(filters: Filters) -> definition.Value:
    """Points from 0 to 100 that a quarter of the shops does not exceed; n and source as the mean."""
    return LOWER.whole(filters)


def score_upper_quarter(filters: Filters) -> definition.Value:
    """Points from 0 to 100 that three quarters of the shops do not exceed; n and source as the mean."""
    return UPPER.whole(filters)


def score_by(filters: Filters, by: str) -> Mapping[Any, definition.Value] | None:
    return _by_dimension(filters) if by == "dimension" else MEAN.parts(filters, by)


def _by_dimension(filters: Filters) -> dict[str, definition.Value]:
    """The mean of each dimension over the shops to which it applied, by its code."""
    found = tally(DIMENSIONS, filters)
    codes = sorted({key.rpartition(" ")[0] for key in found})
    return {code: definition.mean(found[points_of(code)], found[shops_of(code)]) for code in codes}


def recommended(filters: Filters) -> definition.Value:
    """Shops with a result, from 0; n is the same; of each topic those to which it was recommended. Source: Diagnostic.result."""
    return RESULTS.whole(filters)


def recommended_by(filters: Filters, by: str) -> Mapping[Any, definition.Value] | None:
    if by != "topic":
        return RESULTS.parts(filters, by)
    return {code: definition.count(n) for code, n in tally(TOPICS, filters).items()}


def _define(code: str, scores: Tallied, **said: Any) -> Definition:
    given: Mapping[str, Any] = {"split": scores.parts, "breakdowns": BREAKDOWNS, **said}
    return Definition(
        code=code,
        unit=Unit.POINTS,
        rows=counting_rows,
        each_once="business",
        accepts=OF_DIAGNOSTICS,
        protection=Protection.JOINT,
        measured_with=versions,
        **given,
    )


FIGURES: Sequence[Definition] = (
    _define(
        "score-mean",
        MEAN,
        compute=score_mean,
        split=score_by,
        breakdowns=(*BREAKDOWNS, "dimension"),
        name=_("Score, mean"),
        words=_(
            "Mean of the scores out of 100 as they were shown, over one self-diagnostic a shop: the latest completed of its campaign. "
            "A dimension counts the shops to which it applies."
        ),
        sentence=ngettext_lazy(
            "The average score of {n} shop is {value}.", "The average score of {n} shops is {value}.", "count"
        ),
    ),
    _define(
        "score-median",
        MEDIAN,
        compute=score_median,
        name=_("Score, median"),
        words=_("Half of the shops score so much or less, half so much or more; counted as for the mean."),
        sentence=ngettext_lazy(
            "The median score of {n} shop is {value}.", "Half of {n} shops score {value} or more.", "count"
        ),
    ),
    _define(
        "score-lower-quarter",
        LOWER,
        compute=score_lower_quarter,
        name=_("Score, lower quarter"),
        words=_("A quarter of the shops score so much or less; counted as for the mean."),
        sentence=ngettext_lazy(
            "The lower quarter of {n} shop is {value}.", "A quarter of {n} shops score {value} or less.", "count"
        ),
    ),
    _define(
        "score-upper-quarter",
        UPPER,
        compute=score_upper_quarter,
        name=_("Score, upper quarter"),
        words=_("A quarter of the shops score so much or more; counted as for the mean."),
        sentence=ngettext_lazy(
            "The upper quarter of {n} shop is {value}.", "A quarter of {n} shops score {value} or more.", "count"
        ),
    ),
    Definition(
        code="topics-recommended",
        name=_("Shops with recommended topics"),
        words=_(
            "Shops that have their result, by the latest self-diagnostic completed in its campaign; by topic those to which it was "
            "recommended, at most five each."
        ),
        unit=Unit.COUNT,
        compute=recommended,
        split=recommended_by,
        rows=counting_rows,
        each_once="business",
        accepts=OF_DIAGNOSTICS,
        breakdowns=("topic", *BREAKDOWNS),
        protection=Protection.JOINT,
        measured_with=versions,
        sentence=ngettext_lazy(
            "{value} shop was told which topics would serve it.",
            "{value} shops were told which topics would serve them.",
            "count",
        ),
    ),
)
