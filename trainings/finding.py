"""Finding sessions: on a topic, near a place, within dates, of a kind, in a language, with seats left."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, radians

from django.db.models import Case, Count, Expression, F, FloatField, Q, Value, When, Window
from django.db.models.functions import ASin, Cos, Radians, RowNumber, Sin, Sqrt
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from businesses.models import AnyUser, Membership, Person
from programmes.models import City, Programme
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
        found = found.filter(starts_at__gte=_midnight(wanted.first_day))
    if wanted.last_day:
        found = found.filter(starts_at__lt=_midnight(wanted.last_day + timedelta(days=1)))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.language:
        found = found.filter(languages__contains=wanted.language)
    if wanted.is_free:
        found = found.with_free_seats().filter(state=Session.State.OPEN)
    return nearest(found, wanted.near, wanted.within) if wanted.near else found


def nearest(sessions: SessionQuerySet, city: City, within: int | None = None) -> SessionQuerySet:
    """The nearest first, `km` as the crow flies between the middles of the municipalities; what is online comes last.

    It is not left out by a distance in km: one attends it from anywhere.
    """
    found = sessions.annotate(km=Case(When(kind=Session.Kind.WEBINAR, then=None), default=distance_from(city)))
    if within:
        found = found.filter(Q(km=None) | Q(km__lte=within))
    return found.order_by(F("km").asc(nulls_last=True), "starts_at", "pk")


def distance_from(city: City) -> Expression:
    """Kilometres from the middle of this city to that of the host (haversine)."""
    same = When(host=city, then=Value(0.0))
    roughly = [When(host__province=city.province, then=Value(SAME_PROVINCE))]
    if city.latitude is None or city.longitude is None:
        return Case(same, *roughly, default=Value(ELSEWHERE), output_field=FloatField())
    there_lat, there_lon = Radians("host__latitude"), Radians("host__longitude")
    half_lat = Sin((there_lat - radians(city.latitude)) / 2.0)
    half_lon = Sin((there_lon - radians(city.longitude)) / 2.0)
    square = half_lat * half_lat + Value(cos(radians(city.latitude))) * Cos(there_lat) * half_lon * half_lon
    exact = When(host__latitude__isnull=False, host__longitude__isnull=False, then=2 * EARTH * ASin(Sqrt(square)))
    return Case(same, exact, *roughly, default=Value(ELSEWHERE), output_field=FloatField())


def next_on_each(
    programme: Programme, codes: Iterable[str], near: City | None, number: int, at: datetime | None = None
) -> Mapping[str, list[Session]]:
    """For each of these topics the sessions to propose: nearby, open, with seats left; nearest then next."""
    moment = at or timezone.now()
    ours = Session.objects.to_come(moment).filter(programme=programme, topic__code__in=list(codes))
    ours = ours.with_free_seats().filter(state=Session.State.OPEN)
    sorted_by = [F("starts_at").asc(), F("pk").asc()]
    if near:
        ours = nearest(ours, near, NEARBY)
        sorted_by.insert(0, F("km").asc(nulls_last=True))
    place = Window(RowNumber(), partition_by=F("topic"), order_by=sorted_by)
    found = defaultdict(list)
    for session in ours.annotate(place=place).filter(place__lte=number).with_names():
        if session.topic and session.is_open_at(moment):
            found[session.topic.code].append(session)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


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
    return registrations_of(user).live().filter(session=session).first()


def registrations_of(user: User) -> RegistrationQuerySet:
    """Of the persons of this login, and those asked for without it at its address: signing in has proved the address."""
    by_address = Q(person__user=None, person__email=user.email)
    return Registration.objects.filter(Q(person__user=user) | by_address).with_names()


def registrations_with_dates(user: User) -> RegistrationQuerySet:
    """The same for a list, by when they begin."""
    mine = registrations_of(user).select_related("session__module").prefetch_related("session__dates")
    return mine.filter(moved_to=None).order_by("session__starts_at", "pk")


def asked_registration(uid: str) -> Registration | None:
    return Registration.objects.with_names().filter(uid=uid).first() if uid else None


def membership_of(user: AnyUser) -> Membership | None:
    """The shop that a login came with last."""
    mine = Membership.objects.filter(person__in=Person.objects.of(user)).exclude(state=Membership.State.REFUSED)
    return mine.select_related("person", "business").order_by("-asked_at", "-pk").first()
