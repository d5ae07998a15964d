"""Who came: participants, shops, people, helpers; how many of those who had registered, and of the shops that exist."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from figures.counting import Counting, Path, Share, by_time, number_of, share_of
from figures.definition import Definition, Filters, Unit, Value, share
from figures.once import once
from programmes.models import City
from programmes.placing import by_grouping, groupings_of_cities
from trainings.figures.heads import HEAD, has_come, present, registrations_of
from trainings.figures.sessions import held, held_rows, links_to_cities
from trainings.models import Registration, Session

OF_PARTICIPANTS = frozenset({"campaign", "cities", "sub_sector", "kind", "since", "until"})
BREAKDOWNS = ("month", "quarter", "campaign", "city", "grouping", "sub_sector", "kind")
BY_CHANNEL = (*BREAKDOWNS, "channel")


def paths_from(to: str) -> Mapping[str, Path]:
    """From rows that `to` leads to their registration; their city is in `place`. The channel is known of those who came through the
    code of an action of mobilisation."""
    session = f"{to}session__"
    return {
        **by_time(f"{session}starts_at"),
        "campaign": f"{session}campaign",
        "city": "place",
        "grouping": by_grouping("place"),
        "sub_sector": f"{to}business__sub_sector",
        "kind": f"{session}kind",
        "channel": f"{to}via__kind",
        "via": f"{to}via",
    }


def placed[Rows: QuerySet[Any]](rows: Rows, filters: Filters, to: str = "") -> Rows:
    """Those of the cities and the trade: a participant belongs to the city of the shop, or else to the session's host."""
    found = rows.annotate(place=Coalesce(f"{to}business__city", f"{to}session__host"))
    if filters.cities is not None:
        found = found.filter(place__in=filters.cities)
    if filters.sub_sector is not None:
        found = found.filter(Q((f"{to}business__sub_sector", filters.sub_sector)))
    return found


def heads(filters: Filters) -> QuerySet[Any]:
    """Rows of heads present in the sessions held."""
    return placed(present(filters).filter(held(filters, "registration__session__")), filters, "registration__")


def _helpers(filters: Filters) -> QuerySet[Any]:
    return heads(filters).filter(is_helper=True)


def _persons(filters: Filters) -> QuerySet[Any]:
    return heads(filters).filter(is_helper=False)


def participant_rows(filters: Filters) -> QuerySet[Registration]:
    return registrations_of(heads(filters))


def helper_rows(filters: Filters) -> QuerySet[Registration]:
    return registrations_of(_helpers(filters))


def person_rows(filters: Filters) -> QuerySet[Registration]:
    return registrations_of(_persons(filters))


def registered_rows(filters: Filters) -> QuerySet[Registration]:
    """Registered beforehand in the sessions held; who came in unannounced is not among them."""
    found = (
        Registration.objects.registered().exclude(channel=Registration.Channel.DOOR).filter(held(filters, "session__"))
    )
    return placed(found.filter(filters.known("recorded_at")), filters)


def _came(filters: Filters) -> QuerySet[Registration]:
    return registered_rows(filters).filter(has_come(filters))


PATHS = paths_from("registration__")
PARTICIPANTS = number_of(heads, HEAD, PATHS)
HELPERS = number_of(_helpers, HEAD, PATHS)
SHOPS = number_of(heads, "registration__business", PATHS)
PEOPLE = number_of(_persons, "registration__person", PATHS)
TURNOUT = share_of(_came, registered_rows, paths_from(""))


def participants(filters: Filters) -> Value:
    """Heads present at least once in a session held, once a session, from 0; n is the same. Source: Attendance."""
    return PARTICIPANTS.whole(filters)


def helpers(filters: Filters) -> Value:
    """Those of the participants who came along with a shopkeeper, from 0; n is the same. Source: Attendance.is_helper."""
    return HELPERS.whole(filters)


def shops(filters: Filters) -> Value:
    """Shops of the participants, each once, from 0; n is the same. Source: Attendance, Registration.business."""
    return SHOPS.whole(filters)


def people(filters: Filters) -> Value:
    """Persons who were present at least once, each once, from 0; n is the same. Source: Attendance, Registration.person."""
    return PEOPLE.whole(filters)


def turnout(filters: Filters) -> Value:
    """Registrations of which somebody came (numerator) among those made beforehand (denominator, n), a ratio from 0 to 1; None
    without any. Source: Registration, Attendance."""
    return TURNOUT.whole(filters)


def reach(filters: Filters) -> Value:
    """Shops of the participants (numerator) over the shops that exist (denominator, n) in the cities in which a session was held, a
    ratio from 0; None where no number of shops is known. Source: Attendance, City.shops."""
    return _reached(_reached_cities(filters), _territory(filters))


def reach_by(filters: Filters, by: str) -> Mapping[Any, Value]:
    if by == "campaign":
        return _reach_by_campaign(filters)
    reached, there = _reached_cities(filters), _territory(filters)
    groupings = groupings_of_cities(filters)
    territories: dict[int, dict[int, int | None]] = defaultdict(dict)
    for city, shops in there.items():
        for part in [city] if by == "city" else groupings.get(city, ()):
            territories[part][city] = shops
    return {part: _reached(reached, cities) for part, cities in territories.items()}


def _reach_by_campaign(filters: Filters) -> dict[int, Value]:
    reached: dict[int, dict[int, int]] = defaultdict(dict)
    for (campaign, city), shops in _shops_there(filters).items():
        reached[campaign][city] = len(shops)
    territories: dict[int, dict[int, int | None]] = defaultdict(dict)
    for campaign, city, shops in links_to_cities(held_rows, filters).values_list(
        "session__campaign", "city", "city__shops"
    ):
        territories[campaign][city] = shops
    return {campaign: _reached(reached[campaign], cities) for campaign, cities in territories.items()}


@once
def _shops_there(filters: Filters) -> dict[tuple[int, int], set[int]]:
    """The shops of the participants, by campaign and by their city; those whose city is not known are in none."""
    known = heads(filters).filter(registration__business__city__isnull=False).order_by()
    there = known.values_list("registration__session__campaign", "registration__business__city")
    found = there.annotate(shops=ArrayAgg("registration__business", distinct=True))
    return {(campaign, city): {*shops} for campaign, city, shops in found}


def _reached_cities(filters: Filters) -> dict[int, int]:
    """How many shops of each city came, each once, in whatever campaigns."""
    found: dict[int, set[int]] = defaultdict(set)
    for (_campaign, city), shops in _shops_there(filters).items():
        found[city] |= shops
    return {city: len(shops) for city, shops in found.items()}


@once
def _territory(filters: Filters) -> dict[int, int | None]:
    """The cities of the sessions held, each with how many shops there are."""
    found = City.objects.filter(pk__in=links_to_cities(held_rows, filters).values("city"))
    return dict(found.order_by().values_list("pk", "shops"))


def _reached(reached: Mapping[int, int], territory: Mapping[int, int | None]) -> Value:
    known = {city: shops for city, shops in territory.items() if shops}
    found = share(sum(reached.get(city, 0) for city in known), sum(known.values()))
    unknown = len(territory) - len(known)
    return Value(found.value, found.n, found.numerator, found.denominator, note=lazy(_left_out, str)(unknown))


def _left_out(unknown: int) -> str:
    """In the language in which it is read, which may be another than that in which it is counted."""
    if not unknown:
        return ""
    said = ngettext(
        "It is not known how many shops %(n)s city has: it is left out, with its participants.",
        "It is not known how many shops %(n)s cities have: they are left out, with their participants.",
        unknown,
    )
    return said % {"n": unknown}


def _define(code: str, counting: Counting | Share, **said: Any) -> Definition:
    return Definition(
        code=code,
        split=counting.parts,
        accepts=OF_PARTICIPANTS,
        breakdowns=BY_CHANNEL,
        kinds=Session.Kind.choices,
        **{"unit": Unit.COUNT, "rows": participant_rows, **said},
    )


FIGURES: Sequence[Definition] = (
    _define(
        "participants",
        PARTICIPANTS,
        compute=participants,
        name=_("Participants"),
        words=_(
            "People who were present at a session that is over, known by name or as somebody’s helper: once for each session, however "
            "many evenings it had. A city has those whose shop is there, and where the shop’s city is not known those of the sessions "
            "it hosted; the whole has everybody once."
        ),
        sentence=ngettext_lazy(
            "{value} participant came to the sessions.", "{value} participants came to the sessions.", "count"
        ),
    ),
    _define(
        "shops",
        SHOPS,
        compute=shops,
        each_once="business",
        name=_("Shops that took part"),
        words=_(
            "Different shops of the participants; one that came to several sessions counts once. People without a shop add none."
        ),
        sentence=ngettext_lazy("{value} shop took part.", "{value} different shops took part.", "count"),
    ),
    _define(
        "people",
        PEOPLE,
        compute=people,
        rows=person_rows,
        each_once="person",
        name=_("People who took part"),
        words=_(
            "Different people who were present, each once, however many sessions they came to. Helpers who only came along have no "
            "record of their own: they are a figure apart."
        ),
        sentence=ngettext_lazy(
            "{value} person took part, beside the helpers who came along.",
            "{value} different people took part, beside the helpers who came along.",
            "count",
        ),
    ),
    _define(
        "helpers",
        HELPERS,
        compute=helpers,
        rows=helper_rows,
        name=_("Helpers who came along"),
        words=_("Those of the participants who came as somebody’s helper; once for each session."),
        sentence=ngettext_lazy(
            "{value} of the participants came along as a helper.",
            "{value} of the participants came along as helpers.",
            "count",
        ),
    ),
    _define(
        "turnout",
        TURNOUT,
        compute=turnout,
        rows=registered_rows,
        unit=Unit.SHARE,
        name=_("Registered people who came"),
        words=_(
            "Registrations of which somebody was present, over the registrations that stood when the session began. A shopkeeper and "
            "a helper are one registration; those who came in unannounced are not among them."
        ),
        sentence=ngettext_lazy("Of {n} registration, {value} came.", "Of {n} registrations, {value} came.", "count"),
    ),
    Definition(
        code="reach",
        name=_("Shops reached, of those that exist"),
        words=_(
            "Shops that took part over all the shops of the cities in which a session was held, as the files of the programme give "
            "their number. Cities whose number is not known are left out on both sides."
        ),
        unit=Unit.SHARE,
        compute=reach,
        split=reach_by,
        rows=participant_rows,
        each_once="business",
        accepts=OF_PARTICIPANTS - {"sub_sector"},
        breakdowns=("campaign", "city", "grouping"),
        kinds=Session.Kind.choices,
        sentence=_("{value} of the shops in the cities with a session took part."),
    ),
)
