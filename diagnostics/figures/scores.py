"""Scores, by what they are made of, and the topics recommended: over one self-diagnostic a shop."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.db.models import Aggregate, CharField, Count, Func, IntegerField, JSONField, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from diagnostics.figures.taking import BREAKDOWNS, OF_DIAGNOSTICS, OWN, asked
from diagnostics.models import Diagnostic, DiagnosticQuerySet
from figures import definition
from figures.counting import Distribution, Histogram, by_time, mean_of, median_of, number_of, quantile_of
from figures.definition import Definition, Filters, Protection, Unit

PATHS = {**OWN, **by_time("completed_at")}


def counting_rows(filters: Filters) -> DiagnosticQuerySet:
    """One a shop and campaign: the latest completed by then; in a period by the day of its result."""
    by_then = Diagnostic.objects.filter(filters.known("recorded_at"), completed_at__lte=filters.as_of)
    return asked(filters).counting(by_then.completed()).filter(filters.happened("completed_at"))


def versions(filters: Filters) -> frozenset[str]:
    """Fingerprints of the questionnaires that were answered."""
    return frozenset(counting_rows(filters).order_by().values_list("version__digest", flat=True).distinct())


def _scores(value: Callable[[Histogram], definition.Value]) -> Distribution:
    return Distribution(counting_rows, "score", value, PATHS)


MEAN, MEDIAN = _scores(mean_of), _scores(median_of)
LOWER, UPPER = _scores(quantile_of(Fraction(1, 4))), _scores(quantile_of(Fraction(3, 4)))
RESULTS = number_of(counting_rows, paths=PATHS)


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
    rows = counting_rows(filters).order_by()
    key = Func("profile", function="jsonb_object_keys", output_field=CharField())
    key.set_returning = True
    codes = sorted(rows.values_list(key, flat=True).distinct())
    columns: dict[str, Aggregate] = {}
    for number, code in enumerate(codes):
        score = KT(f"profile__{code}")
        columns |= {f"sum_{number}": Sum(Cast(score, IntegerField())), f"n_{number}": Count(score)}
    found = rows.aggregate(**columns)
    return {code: definition.mean(found[f"sum_{i}"] or 0, found[f"n_{i}"]) for i, code in enumerate(codes)}


def recommended(filters: Filters) -> definition.Value:
    """Shops with a result, from 0; n is the same; of each topic those to which it was recommended. Source: Diagnostic.result."""
    return RESULTS.whole(filters)


def recommended_by(filters: Filters, by: str) -> Mapping[Any, definition.Value] | None:
    if by != "topic":
        return RESULTS.parts(filters, by)
    code = Func("result", Value("$.topics[*].code"), function="jsonb_path_query", output_field=JSONField())
    code.set_returning = True
    rows = counting_rows(filters).order_by().values_list(code).annotate(n=Count("pk"))
    return {code: definition.count(n) for code, n in rows}


def _define(code: str, distribution: Distribution, **said: Any) -> Definition:
    given: Mapping[str, Any] = {"split": distribution.parts, "breakdowns": BREAKDOWNS, **said}
    return Definition(
        code=code,
        unit=Unit.POINTS,
        rows=counting_rows,
        accepts=OF_DIAGNOSTICS,
        protection=Protection.ANSWERS,
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
        sentence=_("{n} shops score {value} on average."),
    ),
    _define(
        "score-median",
        MEDIAN,
        compute=score_median,
        name=_("Score, median"),
        words=_("Half of the shops score so much or less, half so much or more; counted as for the mean."),
        sentence=_("Half of {n} shops score {value} or more."),
    ),
    _define(
        "score-lower-quarter",
        LOWER,
        compute=score_lower_quarter,
        name=_("Score, lower quarter"),
        words=_("A quarter of the shops score so much or less; counted as for the mean."),
        sentence=_("A quarter of {n} shops score {value} or less."),
    ),
    _define(
        "score-upper-quarter",
        UPPER,
        compute=score_upper_quarter,
        name=_("Score, upper quarter"),
        words=_("A quarter of the shops score so much or more; counted as for the mean."),
        sentence=_("A quarter of {n} shops score {value} or more."),
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
        accepts=OF_DIAGNOSTICS,
        breakdowns=("topic", *BREAKDOWNS),
        protection=Protection.ANSWERS,
        measured_with=versions,
        sentence=_("{value} shops were told which topics would serve them."),
    ),
)
