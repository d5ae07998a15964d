"""Finding sessions: on a topic, near a place, within dates, of a kind, in a language, with seats left."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Case, Count, Expression, F, FloatField, Q, Value, When, Window
from django.db.models.functions import ASin, Coalesce, Cos, Radians, RowNumber, Sin, Sqrt
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from asking.statements import Given, GivenTexts, Statement
from businesses.models import AnyUser, Membership, Person
from figures.days import midnight
from programmes.models import City, Programme
from trainings import certifying
from trainings.models import Registration, RegistrationQuerySet, Session, SessionQuerySet, Topic

EARTH = 6371.0  # mean radius, in kilometres
# Where a position is not known: the same province counts as near, the rest as far.
SAME_PROVINCE, ELSEWHERE = 30.0, 100.0
# Farther away nothing is proposed; whoever looks for it still finds it.
NEARBY = 50
PLACE = "place"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; None and "" are "whichever"."""

    topic: Topic | None = None
    near: City | None = None
    within: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    kind: str = ""
    language: str = ""
    is_free: bool = False


def sessions_to_come(programme: Programme, wanted: Wanted, at: datetime | None = None) -> SessionQuerySet:
    """Those that fit: the nearest first where a place is wanted (`km` says how far), else the next first."""
    found = Session.objects.to_come(at).filter(programme=programme)
    if wanted.topic:
        found = found.on(wanted.topic)
    if wanted.first_day:
        found = found.filter(starts_at__gte=midnight(wanted.first_day))
    if wanted.last_day:
        found = found.filter(starts_at__lt=midnight(wanted.last_day + timedelta(days=1)))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.language:
        found = found.filter(languages__contains=wanted.language)
    if wanted.is_free:
        found = found.with_free_seats().filter(state=Session.State.OPEN)
    return nearest(found, wanted.near, wanted.within) if wanted.near else found


@dataclass(frozen=True, slots=True)
class GivenCity:
    """A municipality that each asking of a statement brings."""

    pk = Given("city")
    province = Given("province")
    latitude = Given("latitude", FloatField())
    longitude = Given("longitude", FloatField())


def nearest(sessions: SessionQuerySet, city: City | GivenCity, within: int | None = None) -> SessionQuerySet:
    """The nearest first, `km` as the crow flies between the middles of the municipalities; what is online comes last.

    It is not left out by a distance in km: one attends it from anywhere.
    """
    found = sessions.annotate(km=Case(When(kind=Session.Kind.WEBINAR, then=None), default=distance_from(city)))
    if within:
        found = found.filter(Q(km=None) | Q(km__lte=within))
    return found.order_by(F("km").asc(nulls_last=True), "starts_at", "pk")


def distance_from(city: City | GivenCity) -> Expression:
    """Kilometres from the middle of this city to that of the host (haversine); as good as its province tells without."""
    here_lat, here_lon = _in_radians(city.latitude), _in_radians(city.longitude)
    there_lat, there_lon = Radians("host__latitude"), Radians("host__longitude")
    half_lat, half_lon = Sin((there_lat - here_lat) / 2.0), Sin((there_lon - here_lon) / 2.0)
    square = half_lat * half_lat + Cos(here_lat) * Cos(there_lat) * half_lon * half_lon
    roughly = Case(When(host__province=city.province, then=Value(SAME_PROVINCE)), default=Value(ELSEWHERE))
    known = Coalesce(2 * EARTH * ASin(Sqrt(square)), roughly)
    return Case(When(host=city.pk, then=Value(0.0)), default=known, output_field=FloatField())


def _in_radians(degrees: float | Given | None) -> Radians:
    return Radians(degrees if isinstance(degrees, Given) else Value(degrees, FloatField()))


def next_on_each(
    programme: Programme, codes: Iterable[str], near: City | None, number: int, at: datetime | None = None
) -> Mapping[str, list[Session]]:
    """For each of these topics the sessions to propose: nearby, open, with seats left; nearest then next."""
    moment = at or timezone.now()
    here = (
        {"city": near.pk, "province": near.province, "latitude": near.latitude, "longitude": near.longitude}
        if near
        else {}
    )
    planned = _first_on_each(number, is_near=bool(near))
    found = defaultdict(list)
    for session in planned.all(programme=programme.pk, topics=list(codes), at=moment, **here):
        if session.topic and session.is_open_at(moment):
            found[session.topic.code].append(session)
    return found


@cache
def _first_on_each(number: int, *, is_near: bool) -> Statement[Session]:
    return Statement(lambda: _open_ones_on_each(number, is_near))


def _open_ones_on_each(number: int, is_near: bool) -> SessionQuerySet:
    ours = Session.objects.to_come(Given("at")).filter(
        programme=Given("programme"), topic__code__in=GivenTexts("topics")
    )
    ours = ours.with_free_seats().filter(state=Session.State.OPEN)
    sorted_by = [F("starts_at").asc(), F("pk").asc()]
    if is_near:
        ours = nearest(ours, GivenCity(), NEARBY)
        sorted_by.insert(0, F("km").asc(nulls_last=True))
    place = Window(RowNumber(), partition_by=F("topic"), order_by=sorted_by)
    return ours.annotate(place=place).filter(place__lte=number).with_names()


def remember_place(request: HttpRequest, city: City | None) -> None:
    """The municipality that this browser's shop is in, so that nobody types it twice."""
    if city:
        request.session[PLACE] = {"name": city.name, "postal_code": city.postal_codes[0]}


def place_of(request: HttpRequest) -> Mapping[str, str]:
    """`name` and `postal_code`, or nothing."""
    place: dict[str, str] = request.session.get(PLACE, {})
    return place


def number_on_each(programme: Programme, at: datetime | None = None) -> dict[int, int]:
    """How many sessions are to come on each topic, by its primary key."""
    counted = Session.objects.to_come(at).filter(programme=programme, topic__isnull=False).order_by("topic")
    return dict(counted.values_list("topic").annotate(n=Count("pk")))


def registration_in(session: Session, user: AnyUser) -> Registration | None:
    """What this login has in the session, if anything that still stands."""
    if not user.is_authenticated:
        return None
    return Registration.objects.of(user).live().with_names().filter(session=session).first()


def registrations_for_list(user: User) -> RegistrationQuerySet:
    """All of a login's, by when they begin, with their dates, what was attended and what the vouchers pay."""
    mine = certifying.with_attendance(Registration.objects.of(user)).prefetch_related("voucher_entries")
    return mine.filter(moved_to=None).order_by("session__starts_at", "pk")


def asked_registration(uid: str) -> Registration | None:
    return Registration.objects.with_names().filter(uid=uid).first() if uid else None


def membership_of(user: AnyUser) -> Membership | None:
    """The shop that a login came with last."""
    mine = Membership.objects.filter(person__in=Person.objects.of(user)).exclude(state=Membership.State.REFUSED)
    return mine.select_related("person", "business").order_by("-asked_at", "-pk").first()


# One session, as its pages show it; and as much of it as registering needs.
PUBLISHED = Statement(lambda: Session.objects.published().with_facts().filter(uid=Given("uid")))
PUBLISHED_IN_SHORT = Statement(lambda: Session.objects.published().select_related("programme").filter(uid=Given("uid")))
