"""The life of one session, told moment by moment up to now, by the same verbs as the pages and the admin use."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils import timezone

from businesses import joining
from businesses.models import Call
from businesses.reaching import settle
from diagnostics.models import Diagnostic
from outbox import past
from portal.demo import actions, diagnosing, wishes
from portal.demo.people import Shop, Way
from portal.demo.plans import LENGTH, Guest, Plan
from programmes import engaging, mobilising
from programmes.models import City, Engagement, Mobilisation
from surveys import answering, closing
from surveys import telling as asking
from surveys.inviting import Head, heads_of
from trainings import arriving, attending, certifying, registering, scheduling, telling
from trainings.models import Registration, Session, SessionDate, Topic

type Event = tuple[datetime, Callable[[datetime], object]]

# Of those who come to a session in which the diagnostic is taken, so many do.
DIAGNOSED = 0.5
# A call of the list is made within so long; what a slip asks for is seen to within three weeks.
CALLED_WITHIN = timedelta(days=2)
WISH_SEEN_TO_WITHIN = timedelta(weeks=3)
# Of the shops that came, staff learn the trade of so many: from the sheet, or because they know them.
TRADE_KNOWN = 0.9
# Somebody in the room is through with the self-diagnostic.
THROUGH_AFTER = timedelta(minutes=15)
# Of those who kept a result before a training so many take the self-diagnostic again some weeks later, that much further.
TAKEN_AGAIN, AGAIN_AFTER, FURTHER = 0.9, timedelta(weeks=3), 0.2
# Of those who ask for a seat themselves after something was done in the city, so many come by its link or its poster.
BY_LINK = 0.5


def tell(plan: Plan, chance: random.Random, now: datetime) -> Session:
    """Makes the session and all that has happened to it by now, in the order of time."""
    with past.telling(min(plan.published_at or now, now)) as then:
        session = _draft(plan, chance)
        evening = Evening(plan, session, chance, then)
        for moment, happen in sorted(evening.events(), key=itemgetter(0)):
            if moment <= now:
                then.at = moment
                happen(moment)
    if now < plan.starts[0]:
        evening.call(now, asked_by=now - CALLED_WITHIN)
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
    then: past.Past
    seats: dict[Shop, Registration] = field(default_factory=dict)
    done: list[Mobilisation] = field(default_factory=list)
    begun: dict[Shop, Diagnostic] = field(default_factory=dict)
    advised: list[str] = field(default_factory=list)

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
        yield plan.starts[0], self.call
        if plan.cancelled_at:
            yield plan.cancelled_at, self.call_off
            return
        for guest, moment in zip(plan.guests, plan.in_room, strict=False):
            yield from self.of_early(guest, moment)
        for date in self.session.dates.all():
            yield from self.of_date(date)
        yield plan.ends_at, self.hold
        yield from self.of_answers(plan.ends_at)
        yield from self.afterwards(plan.ends_at)

    @property
    def there(self) -> list[Guest]:
        return [guest for guest in self.plan.guests if guest.comes]

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
        where: dict[str, Any] = {"campaign": self.plan.campaign, "city": city, "by": self.plan.by}
        if kind == Mobilisation.Kind.POSTER:
            self.done.append(mobilising.own_channel(**where, at=at))
        else:
            self.done.append(mobilising.mobilise(**where, kind=kind, on=timezone.localdate(at), **took))

    def via(self, at: datetime) -> Mobilisation | None:
        """Through what somebody comes, of what was done so far."""
        done = [action for action in self.done if action.on <= timezone.localdate(at)]
        return self.chance.choice(done) if done and self.chance.random() < BY_LINK else None

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
        via = None if is_called else self.via(at)
        self.seats[shop] = arriving.come(
            session=self.session,
            **shop.described,
            with_helper=guest.has_helper,
            helper_name=shop.helper if guest.has_helper else "",
            language=shop.language,
            channel=Registration.Channel.STAFF if is_called else Registration.Channel.PAGE,
            by=self.plan.by if is_called else None,
            is_confirmed=shop.way is not Way.MAIL,
            via=via,
            names_told_at=at if via and via.city.is_joint_organiser else None,
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

    def of_early(self, guest: Guest, moment: datetime) -> Iterator[Event]:
        yield moment, partial(self.begin, guest)
        yield moment + THROUGH_AFTER, partial(self.go_through, guest, moment)

    def begin(self, guest: Guest, at: datetime) -> None:
        self.begun[guest.shop] = diagnosing.begin(guest.shop, self.plan.programme, at, self.session)

    def go_through(self, guest: Guest, since: datetime, at: datetime) -> None:
        diagnosing.answer(self.begun[guest.shop], guest.shop.level, self.chance, since)

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
        heads = [
            (self.seats[guest.shop], is_helper) for guest in self.there for is_helper in (False, True)[: guest.heads]
        ]
        self.then.at = at + self.plan.listed_after
        attending.mark_sheet(date=date, present=heads, by=self.plan.trainer, at=at)

    def diagnose(self, at: datetime) -> None:
        for guest in self.there:
            if self.chance.random() < DIAGNOSED:
                done = diagnosing.take_by(guest.shop, self.plan.programme, self.chance, at, self.session)
                self.advised += [topic["code"] for topic in done.handed_over["topics"]]

    # After

    def of_answers(self, end: datetime) -> Iterator[Event]:
        if self.plan.is_on_paper:
            yield end, self.hand_in
        else:
            yield end, self.invite
            yield end + timedelta(hours=1), self.answer
            yield telling.morning(end, asking.REMINDED_AFTER_DAYS), self.remind_of_answering
        if self.plan.answers:
            yield end + closing.CLOSES_AFTER, self.close

    def afterwards(self, end: datetime) -> Iterator[Event]:
        yield end, self.sign
        yield telling.morning(end, telling.DAY), self.thank
        yield telling.morning(end, telling.DAY), self.note_trades
        yield end + WISH_SEEN_TO_WITHIN, self.call
        if self.plan.module:
            yield end + AGAIN_AFTER, self.take_again

    def hold(self, at: datetime) -> None:
        scheduling.hold(session=self.session, by=self.plan.by, head_count=self.plan.head_count, at=at)
        if self.plan.module:
            certifying.issue_all(session=self.session, by=self.plan.by, at=at)

    def invite(self, at: datetime) -> None:
        asking.invite(at, among=Session.objects.filter(pk=self.session.pk))

    def remind_of_answering(self, at: datetime) -> None:
        self.then.write()
        asking.remind(at, among=Session.objects.filter(pk=self.session.pk))

    def answer(self, at: datetime) -> None:
        """As many of those who were there as there are answers; nobody will know who said what."""
        for head, given in zip(self.who_answer(), self.plan.answers, strict=True):
            answering.answer(head=head, given=given)

    def hand_in(self, at: datetime) -> None:
        """The same on paper."""
        for head in self.who_answer():
            answering.take_sheet(head=head)
        typed = self.plan.answers[: len(self.plan.answers) - self.plan.sheets_left]
        answering.type_sheets(session=self.session, sheets=typed, typed_before=0)

    def who_answer(self) -> list[Head]:
        return self.chance.sample(heads_of(self.session), len(self.plan.answers))

    def close(self, at: datetime) -> None:
        closing.close(pk=self.session.answer_box.pk, at=at)

    def thank(self, at: datetime) -> None:
        telling.thank(at, among=Session.objects.filter(pk=self.session.pk))

    def sign(self, at: datetime) -> None:
        """Slips: topics are wanted as often as they were recommended in the room, or else by lot."""
        offered = Topic.objects.offered().filter(programme=self.plan.programme)
        topics = {topic.code: topic for topic in offered.order_by("order")}
        for guest in self.there:
            if self.chance.random() < wishes.SIGNED:
                some = dict.fromkeys(self.chance.sample(self.advised or [*topics], 2))
                wishes.sign(Head(self.seats[guest.shop]), [topics[code] for code in some], self.chance, at)

    def note_trades(self, at: datetime) -> None:
        for guest in self.there:
            shop, business = guest.shop, self.seats[guest.shop].business
            if business and self.chance.random() < TRADE_KNOWN:
                joining.complete(business, shop.as_told(self.plan.programme, at))

    def call(self, at: datetime, asked_by: datetime | None = None) -> None:
        """All who are on the call list for this session since before `asked_by`."""
        lines = Call.objects.filter(person__registrations__session=self.session, asked_at__lte=asked_by or at)
        settle(calls=lines, outcome=Call.Outcome.TOLD, by=self.plan.by, at=at)

    def take_again(self, at: datetime) -> None:
        """Those who learnt something, and had kept a result before."""
        for guest in self.there:
            kept = Diagnostic.objects.completed().filter(person=self.seats[guest.shop].person_id, completed_at__lt=at)
            last = kept.order_by("-completed_at").first()
            if last and self.chance.random() < TAKEN_AGAIN:
                diagnosing.take_again(last, min(guest.shop.level + FURTHER, 0.98), self.chance, at)
