"""The demo's activity, loaded by one job of the worker in steps: each is kept together with the progress that says so, so that a
job that was killed goes on behind the last one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from outbox import jobs, leasing, past
from outbox.models import Job
from portal.demo import cities, current, diagnosing, evenings, people, story, wishes
from portal.demo.people import Shop, chance_of
from portal.demo.plans import Plan
from programmes.models import Programme

KIND = "portal.demo"
KEY = "activity"
# Shops of each trade that leave no name, so that every trade has peers above the floor of five, whoever comes to the sessions.
SHOPS_A_TRADE = 5
DAYS = 240
TAKEN_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be made in one transaction; `at` says when most of it happened."""

    at: datetime
    name: str
    make: Callable[[], object]


@transaction.atomic
def begin(seed: int, at: datetime | None = None) -> Job:
    """Who can sign in, the campaign of now, and the job that makes the rest. Again it finds them, and tries anew what failed."""
    people.invite_team()
    leasing.try_again(Job.objects.current(kind=KIND, key=KEY))
    job = jobs.request(kind=KIND, key=KEY, args={"seed": seed, "at": (at or timezone.now()).isoformat()})
    for programme in _programmes():
        current.place_campaign(programme, timezone.localdate(_began(job)))
        people.invite_officials(programme)
    return job


def job() -> Job | None:
    return Job.objects.current(kind=KIND, key=KEY).first()


def load(job: Job) -> None:
    """All steps that are not made yet. Raises outbox.leasing.LeaseLost when another worker has taken over, and then keeps nothing."""
    if not settings.DEMO:
        raise ImproperlyConfigured("Made-up people have no place outside the demo.")
    made = [*steps(job.args["seed"], _began(job))]
    for number, step in enumerate(made[job.steps_done :], job.steps_done + 1):
        with transaction.atomic(), _without_savepoints():
            with past.telling(step.at):
                step.make()
            jobs.report_step(job, number, len(made), step.name)


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """The verbs inside ask for 17,000 of them, a fifth of the time. None is gone back to: a step that fails is made anew as a whole."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _began(job: Job) -> datetime:
    return datetime.fromisoformat(job.args["at"])


def _programmes() -> list[Programme]:
    return [*Programme.objects.offered().filter(questionnaire__isnull=False).order_by("code")]


def steps(seed: int, now: datetime) -> Iterator[Step]:
    """In the order of time, the same for the same seed and moment."""
    for programme in _programmes():
        made = [*_of_now(programme, seed, now), *_alone(programme, seed, now)]
        if programme.code == story.PROGRAMME:
            made += _of_then(programme, seed, now)
        yield from sorted(made, key=attrgetter("at"))
        yield Step(now, "slips", partial(wishes.follow_up, programme, seed, now))


def _of_then(programme: Programme, seed: int, now: datetime) -> Iterator[Step]:
    """2016 and 2017."""
    told = story.awareness(programme, seed)
    yield Step(timezone.make_aware(cities.INVITED_IN), "cities", partial(cities.invite_for_2016, programme, told, seed))
    for place, plan in enumerate(told):
        chance = chance_of(f"{seed} {programme.code} 2016 {place}")
        yield Step(plan.starts[0], "2016", partial(evenings.tell, plan, chance, now))
    year = timezone.make_aware(datetime(2017, 1, 1))
    yield Step(year, "2017", partial(story.modules, programme))
    for place in range(story.TRAININGS):
        make = partial(_training, programme, seed, place, told, now)
        yield Step(year + timedelta(days=1 + place), "2017", make)
    long_after = year.replace(year=2020)
    yield Step(long_after, "2017", partial(story.end, long_after))


def _training(programme: Programme, seed: int, place: int, told: list[Plan], now: datetime) -> None:
    plan = story.training(programme, seed, place, told)
    evenings.tell(plan, chance_of(f"{seed} {programme.code} training {place}"), now)


def _of_now(programme: Programme, seed: int, now: datetime) -> Iterator[Step]:
    campaign = programme.campaigns.filter(code=current.CAMPAIGN).first() or programme.campaign_at(
        timezone.localdate(now)
    )
    if campaign is None:
        return
    known = current.shops(programme, seed)
    began = now - timedelta(days=DAYS + 5)
    yield Step(began, "modules", partial(current.modules, programme, campaign))
    yield Step(began, "cities", partial(cities.engage_now, programme, campaign, known, seed, now))
    for days in (DAYS, 150, 60):
        asked_at = now - timedelta(days=days)
        yield Step(asked_at, "interests", partial(_interests, programme, seed, known, asked_at))
    for idea in current.ideas(chance_of(f"{seed} {programme.code} ideas")):
        make = partial(_session, programme, campaign, idea, seed, now, known)
        yield Step(now + timedelta(days=idea.day), "sessions", make)


def _session(
    programme: Programme, campaign: Any, idea: current.Idea, seed: int, now: datetime, known: list[Shop]
) -> None:
    plan = current.plan(programme, campaign, idea, seed, now, known)
    evenings.tell(plan, chance_of(f"{seed} {programme.code} session {idea.place}"), now)


def _interests(programme: Programme, seed: int, known: list[Shop], at: datetime) -> None:
    with past.telling(at):
        current.ask_to_be_told(programme, known, chance_of(f"{seed} {programme.code} interests {at}"), at)


# Diagnostics that belong to nobody, and Alice's


def _alone(programme: Programme, seed: int, now: datetime) -> Iterator[Step]:
    chance = chance_of(f"{seed} {programme.code}")
    trades = people.trades_of(programme) * SHOPS_A_TRADE
    chance.shuffle(trades)
    moments = sorted(now - timedelta(days=chance.uniform(1, DAYS)) for _ in trades)
    for first in range(0, len(trades), TAKEN_AT_ONCE):
        some = [*zip(moments, trades, strict=True)][first : first + TAKEN_AT_ONCE]
        make = partial(_take_some, programme, some, f"{seed} {programme.code} alone {first}")
        yield Step(some[-1][0], "diagnostics", make)
    yield Step(now - timedelta(days=6), "diagnostics", partial(_alice, programme, seed, now))


def _take_some(programme: Programme, some: list[tuple[datetime, Any]], seed: str) -> None:
    chance = chance_of(seed)
    cities = _cities(programme)
    for number, (moment, trade) in enumerate(some):
        shop = people.make_shop(number, chance.choice(cities), [trade], chance)
        diagnosing.take(shop, programme, chance, moment)


def _alice(programme: Programme, seed: int, now: datetime) -> None:
    """A first result in spring and a better one last week."""
    chance = chance_of(f"{seed} {programme.code} Alice")
    shop = current.shops(programme, seed)[0]
    first = diagnosing.take_by(shop, programme, chance, now - timedelta(days=200))
    diagnosing.take_again(first, 0.55, chance, now - timedelta(days=7))


def _cities(programme: Programme) -> list[Any]:
    return [*programme.cities.offered().order_by("code")]
