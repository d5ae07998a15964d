"""What participants answered without their name: usefulness, relevance, tools, training, strategy, what stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.definition import Definition, Filters, Protection, Unit, Value, share
from surveys.figures.boxes import LEFT_OUT, Compute, Tallied, measured_with, parts, tallied, whole
from trainings.figures.per_session import OF_A_SESSION, PerSession, heads_of_sessions
from trainings.figures.sessions import held, in_cities
from trainings.models import Session

BREAKDOWNS = ("month", "quarter", "campaign", "city", "grouping")
# Codes of choices that a survey's question on barriers may use to be counted one by one.
BARRIERS = (
    ("time", _("time")),
    ("cost", _("cost")),
    ("distance", _("distance")),
    ("level", _("level")),
    ("nobody", _("nobody to mind the shop")),
    ("other", _("something else")),
)
UNDATED = _("Answers are anonymous and carry no time: which of them came in since an earlier day cannot be told.")


def response_rate(filters: Filters) -> Value:
    """Invitations used, on paper and online (numerator), over heads present in the sessions held (denominator, n), a ratio from 0 to 1;
    None where nobody was present. Source: AnswerBox.used_count, Attendance."""
    return RESPONSE.whole(filters)


def _turnouts(filters: Filters) -> list[Tallied]:
    """Of each session held, how many were there and how many of them answered."""
    there = heads_of_sessions(filters)
    sessions = Session.objects.filter(held(filters), in_cities(filters)).order_by()
    return [
        Tallied({"answered": answered or 0, "n": there.get(where[1], 0)}, *where)
        for answered, *where in sessions.values_list("answer_box__used_count", *OF_A_SESSION)
    ]


def _responding(found: Sequence[Tallied]) -> Value:
    return share(sum(each.tally["answered"] for each in found), _n(found))


RESPONSE = PerSession(_turnouts, _responding)


def _counting(found: Sequence[Tallied]) -> Value:
    """Answers with a choice that counts (numerator) among those to the question (denominator, n), a ratio from 0 to 1."""
    return share(sum(each.tally["counts"] for each in found), _n(found))


def _relevance(found: Sequence[Tallied]) -> Value:
    """The mean place on the scale, from 0 at its least value to 1 at its greatest; n answers. Exact."""
    total = sum(
        (Fraction(each.tally["sum"] - each.tally["n"] * each.lowest, each.highest - each.lowest) for each in found),
        Fraction(0),
    )
    return share(total, _n(found))


def _naming(found: Sequence[Tallied], code: str = "") -> Value:
    """Answers that name this choice (numerator) among those to the question (denominator, n)."""
    return share(sum(each.tally["each"].get(code, 0) for each in found), _n(found))


def _n(found: Sequence[Tallied]) -> int:
    return sum(each.tally["n"] for each in found)


def barriers(filters: Filters) -> Value:
    """Answers that name something in the way (the one of `kind`, or any; numerator) among those to the question (denominator, n), a
    ratio from 0 to 1; None without an answer. Source: AnswerBox.tallies."""
    return whole("barriers", _barring(filters))(replace(filters, kind=""))


def barriers_by(filters: Filters, by: str) -> Mapping[Any, Value] | None:
    of_all = replace(filters, kind="")
    if by != "kind":
        return parts("barriers", _barring(filters))(of_all, by)
    found = tallied(of_all, "barriers")
    return {code: _naming(found, code) for code, _words in BARRIERS}


def _barring(filters: Filters) -> Compute:
    return partial(_naming, code=filters.kind) if filters.kind else _counting


def topics_wanted_by(filters: Filters, by: str) -> Mapping[Any, Value] | None:
    """By topic: answers that want it among those to the question on topics."""
    if by != "topic":
        return parts("training-topics", _wanting)(filters, by)
    found = tallied(filters, "training-topics")
    codes = {code for each in found for code in each.tally["each"]}
    return {code: _naming(found, code) for code in codes}


def _wanting(found: Sequence[Tallied]) -> Value:
    return share(_n(found), _n(found))


def _define(code: str, count: Compute | None = None, **said: Any) -> Definition:
    own = {"compute": whole(code, count), "split": parts(code, count)} if count else {}
    return Definition(
        code=code,
        **{
            "unit": Unit.SHARE,
            "accepts": frozenset({"campaign", "cities", "kind", "since", "until"}),
            "kinds": Session.Kind.choices,
            "breakdowns": (*BREAKDOWNS, "kind"),
            "protection": Protection.ANSWERS,
            "measured_with": measured_with(code),
            "undated": UNDATED,
            "apart": LEFT_OUT,
            **own,
            **said,
        },
    )


FIGURES: Sequence[Definition] = (
    _define(
        "response-rate",
        compute=response_rate,
        split=RESPONSE.parts,
        protection=Protection.NONE,
        measured_with=None,
        apart="",
        name=_("Response rate of the surveys"),
        words=_(
            "Answers to the survey after a session, on paper and online together, over the participants present, helpers included, "
            "of the sessions held. A sheet counts from when it was taken in. Figures over what was answered count fewer: answers are "
            "taken in five by five, and a question may be left out."
        ),
        sentence=ngettext_lazy(
            "Of {n} participant, {value} answered the survey after the session.",
            "Of {n} participants, {value} answered the survey after their session.",
            "count",
        ),
    ),
    _define(
        "usefulness",
        _counting,
        name=_("Found the session useful"),
        words=_(
            "Answers that call the session useful or very useful, over the answers to this question. Answers are anonymous: those of a "
            "city are those of the sessions that it took part in, whole."
        ),
        sentence=ngettext_lazy(
            "Of {n} answer, {value} call the session useful or very useful.",
            "Of {n} answers, {value} call the session useful or very useful.",
            "count",
        ),
    ),
    _define(
        "relevance",
        _relevance,
        name=_("Relevance to level and needs"),
        words=_(
            "Mean of what participants answered on a scale from 0 to 100 % when asked whether the content suited their level and their "
            "needs. Anonymous, by session."
        ),
        sentence=ngettext_lazy(
            "Of {n} answer, the relevance of the content to level and needs is put at {value}.",
            "Of {n} answers, the average puts the relevance of the content to level and needs at {value}.",
            "count",
        ),
    ),
    _define(
        "tools",
        _counting,
        name=_("Will use the free tools"),
        words=_(
            "Answers that name at least one of the free tools shown that they will use, over the answers to this question. Anonymous, by "
            "session."
        ),
        sentence=ngettext_lazy(
            "Of {n} answer, {value} say that the free tools shown will be used.",
            "Of {n} answers, {value} say that the free tools shown will be used.",
            "count",
        ),
    ),
    _define(
        "training",
        _counting,
        name=_("Intend to follow a training"),
        words=_(
            "Answers that intend to follow at least one training, over the answers to this question. Anonymous, by session: whether the "
            "wish became a registration is counted over signed slips."
        ),
        sentence=ngettext_lazy(
            "Of {n} answer, {value} intend to follow at least one training.",
            "Of {n} answers, {value} intend to follow at least one training.",
            "count",
        ),
    ),
    _define(
        "training-topics",
        compute=whole("training-topics", _wanting),
        split=topics_wanted_by,
        breakdowns=("topic",),
        is_ranking=True,
        name=_("Topics that participants want"),
        words=_("Over the answers that name a training topic: how many name each. Anonymous, by session."),
        sentence=ngettext_lazy(
            "{n} answer names at least one training topic.", "{n} answers name at least one training topic.", "count"
        ),
    ),
    _define(
        "strategy",
        _counting,
        name=_("Want a digital sales strategy"),
        words=_(
            "Answers that want to write a real digital sales strategy, over the answers to this question. Anonymous, by session."
        ),
        sentence=ngettext_lazy(
            "Of {n} answer, {value} want to write a real digital sales strategy.",
            "Of {n} answers, {value} want to write a real digital sales strategy.",
            "count",
        ),
    ),
    _define(
        "barriers",
        compute=barriers,
        split=barriers_by,
        kinds=BARRIERS,
        breakdowns=("kind", "campaign", "city", "grouping"),
        name=_("What stands in the way"),
        words=_(
            "Answers that name something that stands in the way, over the answers to this question; by kind: time, cost, distance, level, "
            "nobody to mind the shop, something else. One answer may name several. Anonymous, by session."
        ),
        sentence=ngettext_lazy(
            "Of {n} answer, {value} name something that stands in the way.",
            "Of {n} answers, {value} name something that stands in the way.",
            "count",
        ),
    ),
)
