"""The life of one session, told moment by moment up to now, by the same verbs as the pages and the admin use."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from businesses.models import Call
from businesses.reaching import settle
from outbox import past
from portal.demo import actions, diagnosing
from portal.demo.people import Shop, Way
from programmes import engaging, mobilising
from programmes.models import Campaign, City, Engagement, Mobilisation, Programme
from surveys import answering, closing
from surveys.asked import Given
from surveys.inviting import heads_of
from trainings import arriving, attending, certifying, registering, scheduling, telling
from trainings.models import Module, Registration, Session, SessionDate, Topic

type Event = tuple[datetime, Callable[[datetime], object]]

LENGTH = timedelta(hours=3)
# Of those who come to a session in which the diagnostic is taken, so many do.
DIAGNOSED = 0.5
# A call of the list is made within so long.
CALLED_WITHIN = timedelta(days=2)
# Of those who ask for a seat themselves after something was done in the city, so many come by its link or its poster.
BY_LINK = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who asks for a seat, when, and whether they will be there."""

    shop: Shop
    asked_at: datetime
    has_helper: bool = False
    comes: bool = True
    is_walk_in: bool = False
    cancels_at: datetime | None = None

    @property
    def heads(self) -> int:
        return 2 if self.has_helper else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A session and who will have come to it. The first of its cities is the host."""

    programme: Programme
    campaign: Campaign
    kind: str
    starts: tuple[datetime, ...]
    cities: tuple[City, ...]
    capacity: int
    published_at: datetime | None  # None: a draft
    trainer: User
    by: User
    guests: tuple[Guest, ...] = ()
    topic: Topic | None = None
    module: Module | None = None
    titles: dict[str, str] = field(default_factory=dict)
    venue: str = ""
    link: str = ""
    minimum: int = 0
    head_count: int | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    is_diagnosed: bool = False
    actions: int = 0  # so many things are done in its cities before it
    agreed_at: datetime | None = None  # when the cities, which were invited, decided to take part
    answers: tuple[Given, ...] = ()  # to the survey after it

    @property
    def ends_at(self) -> datetime:
        return max(self.starts) + LENGTH

    @property
    def heads(self) -> int:
        """That will have been there."""
        return sum(guest.heads for guest in self.guests if guest.comes)


def tell(plan: Plan, chance: random.Random, now: datetime) -> Session:
    """Makes the session and all that has happened to it by now, in the order of time."""
    session = _draft(plan, chance)
    evening = Evening(plan, session, chance)
    with past.telling(now) as then:
        for moment, happen in sorted(evening.events(), key=itemgetter(0)):
            if moment <= now:
                then.at = moment
                happen(moment)
    calls = Call.objects.filter(person__registrations__session=session, asked_at__lte=now - CALLED_WITHIN)
    done_at = min(plan.starts[0], now)
    settle(calls=calls, outcome=Call.Outcome.TOLD, by=plan.by, at=done_at)
    return session


def _draft(plan: Plan, chance: random.Random) -> Session:
    session = Session.objects.create(
        uid=a_uuid(chance),
        programme=plan.programme,
        campaign=plan.campaign,
        kind=plan.kind,
        topic=plan.topic,
        module=plan.module,
        titles=plan.titles,
        host=plan.cities[0],
        venue=plan.venue,
        link=plan.link,
        languages=plan.programme.languages[:1],
        level=plan.topic.level if plan.topic else Topic.Level.STARTER,
        capacity=plan.capacity,
        minimum=plan.minimum,
    )
    session.cities.set(plan.cities)
    session.trainers.set([plan.trainer])
    SessionDate.objects.bulk_create(
        SessionDate(session=session, starts_at=start, ends_at=start + LENGTH) for start in plan.starts
    )
    session.settle_dates()
    return session


def a_uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


@dataclass(slots=True)
class Evening:
    plan: Plan
    session: Session
    chance: random.Random
    seats: dict[Shop, Registration] = field(default_factory=dict)
    done: list[Mobilisation] = field(default_factory=list)

    def events(self) -> Iterator[Event]:
        """All that will have happened, in no order."""
        plan = self.plan
        if plan.published_at is None:
            return
        if plan.agreed_at:
            yield plan.agreed_at, self.agree
        yield plan.published_at, self.publish
        yield from self.of_cities(plan.published_at)
        for guest in plan.guests:
            yield from self.of_guest(guest)
        yield from self.reminders()
        if plan.cancelled_at:
            yield plan.cancelled_at, self.call_off
            return
        for date in self.session.dates.all():
            yield from self.of_date(date)
        yield plan.ends_at, self.hold
        yield telling.morning(plan.ends_at, telling.DAY), self.thank
        if plan.answers:
            yield plan.ends_at + timedelta(hours=1), self.answer
            yield plan.ends_at + closing.CLOSES_AFTER, self.close

    def publish(self, at: datetime) -> None:
        scheduling.publish(session=self.session, by=self.plan.by, at=at)

    # Before

    def agree(self, at: datetime) -> None:
        day = timezone.localdate(at)
        decided = {"state": Engagement.State.TAKING_PART, "council_on": day, "last_contact_on": day}
        for row in Engagement.objects.of(self.plan.campaign).filter(city__in=self.plan.cities).order_by("city__code"):
            engaging.change(engagement=row, values=decided, by=self.plan.by, at=at)

    def of_cities(self, since: datetime) -> Iterator[Event]:
        """One action after the other, in one city after the other."""
        kinds = actions.kinds(self.plan.actions, self.chance)
        between = (self.plan.starts[0] - since) / (len(kinds) + 1)
        for place, kind in enumerate(kinds):
            city, took = self.plan.cities[place % len(self.plan.cities)], actions.effort(kind, self.chance)
            yield since + (place + 0.5) * between, partial(self.mobilise, kind, city, took)

    def mobilise(self, kind: str, city: City, took: dict[str, Any], at: datetime) -> None:
        campaign, day = self.plan.campaign, timezone.localdate(at)
        made = mobilising.mobilise(campaign=campaign, city=city, kind=kind, on=day, by=self.plan.by, **took)
        self.done.append(made)

    def via(self) -> Mobilisation | None:
        """Through what somebody comes, of what was done so far."""
        return self.chance.choice(self.done) if self.done and self.chance.random() < BY_LINK else None

    def of_guest(self, guest: Guest) -> Iterator[Event]:
        if guest.is_walk_in:
            yield self.plan.starts[0], partial(self.walk_in, guest)
            return
        yield guest.asked_at, partial(self.ask, guest)
        if guest.shop.way is Way.MAIL:
            yield guest.asked_at + timedelta(minutes=7), partial(self.confirm, guest)
        if guest.cancels_at:
            yield guest.cancels_at, partial(self.cancel, guest)

    def ask(self, guest: Guest, at: datetime) -> None:
        shop, is_called = guest.shop, guest.shop.way is Way.PHONE
        self.seats[shop] = arriving.come(
            session=self.session,
            **shop.described,
            with_helper=guest.has_helper,
            helper_name=shop.helper if guest.has_helper else "",
            language=shop.language,
            channel=Registration.Channel.STAFF if is_called else Registration.Channel.PAGE,
            by=self.plan.by if is_called else None,
            is_confirmed=shop.way is not Way.MAIL,
            via=None if is_called else self.via(),
            uid=a_uuid(self.chance),
            at=at,
        )

    def confirm(self, guest: Guest, at: datetime) -> None:
        self.seats[guest.shop] = registering.confirm(registration=self.seats[guest.shop], at=at)

    def cancel(self, guest: Guest, at: datetime) -> None:
        registering.cancel(registration=self.seats[guest.shop], at=at)

    def reminders(self) -> Iterator[Event]:
        first = self.plan.starts[0]
        yield telling.morning(first, -telling.WEEK), self.remind
        for start in self.plan.starts:
            yield telling.morning(start, -telling.DAY), self.remind

    def remind(self, at: datetime) -> None:
        telling.remind(at, among=Session.objects.filter(pk=self.session.pk))

    def call_off(self, at: datetime) -> None:
        scheduling.cancel_session(session=self.session, by=self.plan.by, reason=self.plan.cancel_reason, at=at)

    # There

    def of_date(self, date: SessionDate) -> Iterator[Event]:
        yield date.starts_at + timedelta(minutes=10), partial(self.mark, date)
        if self.plan.is_diagnosed:
            yield date.starts_at + timedelta(minutes=100), self.diagnose

    def walk_in(self, guest: Guest, at: datetime) -> None:
        shop = guest.shop
        reached = {"phone": shop.phone} if shop.way is Way.PHONE else {"email": shop.email}
        self.seats[shop] = arriving.walk_in(
            session=self.session,
            key=a_uuid(self.chance),
            name=shop.owner,
            shop=shop.name,
            postal_code=shop.postal_code,
            **reached,
            with_helper=guest.has_helper,
            helper_name=shop.helper if guest.has_helper else "",
            language=shop.language,
            by=self.plan.trainer,
            at=at,
        )

    def mark(self, date: SessionDate, at: datetime) -> None:
        there = [guest for guest in self.plan.guests if guest.comes]
        heads = [(self.seats[guest.shop], is_helper) for guest in there for is_helper in (False, True)[: guest.heads]]
        attending.mark_sheet(date=date, present=heads, by=self.plan.trainer, at=at)

    def diagnose(self, at: datetime) -> None:
        for guest in self.plan.guests:
            if guest.comes and self.chance.random() < DIAGNOSED:
                diagnosing.take_by(guest.shop, self.plan.programme, self.chance, at, self.session)

    # After

    def hold(self, at: datetime) -> None:
        scheduling.hold(session=self.session, by=self.plan.by, head_count=self.plan.head_count, at=at)
        if self.plan.module:
            certifying.issue_all(session=self.session, by=self.plan.by, at=at)

    def answer(self, at: datetime) -> None:
        """As many of those who were there as there are answers; nobody will know who said what."""
        heads = self.chance.sample(heads_of(self.session), len(self.plan.answers))
        for head, given in zip(heads, self.plan.answers, strict=True):
            answering.answer(head=head, given=given)

    def close(self, at: datetime) -> None:
        closing.close(pk=self.session.answer_box.pk, at=at)

    def thank(self, at: datetime) -> None:
        telling.thank(at, among=Session.objects.filter(pk=self.session.pk))


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts as near to the weights as can be, which add up to it exactly."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts
