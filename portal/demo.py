"""Made-up people and activity for the demo, by the same verbs as the pages use; the same for the same seed."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import second_factor
from accounts.inviting import invite
from accounts.models import User
from accounts.roles import Role
from businesses.models import StaffSize, SubSector
from diagnostics import attaching, taking
from diagnostics.models import Diagnostic
from portal import demo_sessions
from programmes.models import City, Programme
from questionnaires.engine.answers import Answer, choices_in
from questionnaires.engine.definition import DONT_KNOW, NOT_APPLICABLE, Kind, Question

STAFF = {
    "dana@demo.example": ("Dana Klein", Role.PROGRAMME_STAFF),
    "ada@demo.example": ("Ada Renard", Role.ADMINISTRATOR),
}
SHOPKEEPER = "alice@demo.example"
# Seven for each trade, so that every trade has peers above the floor of five.
SHOPS_A_TRADE = 7
DAYS = 240


@transaction.atomic
def make(seed: int, at: datetime | None = None) -> int:
    """Everything, once: a second call finds it made. Returns how many diagnostics are new."""
    now = at or timezone.now()
    _staff()
    made = 0
    for programme in Programme.objects.offered().filter(questionnaire__isnull=False):
        if not Diagnostic.objects.filter(programme=programme).exists():
            chance = chance_of(f"{seed} {programme.code}")
            made += _activity(programme, chance, now)
            demo_sessions.make(programme, chance, now)
    return made


def who() -> list[str]:
    """Who can sign in to the demo, and as what."""
    lines = [f"{email}: {name}, {role.value}" for email, (name, role) in STAFF.items()]
    return [*lines, f"{SHOPKEEPER}: Alice Dupont, a florist with two results"]


def chance_of(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311  # made-up people need no secrets


def _staff() -> None:
    for email, (name, role) in STAFF.items():
        if not User.objects.filter(email=email).exists():
            invitation = invite(email=email, role=role, by=None, name=name, language="fr")
            second_factor.enrol_for_demo(invitation.user)


def _activity(programme: Programme, chance: random.Random, now: datetime) -> int:
    """Shops of all trades and many cities, in the order of time, so that each is compared with those before it."""
    moments = sorted(now - timedelta(days=chance.uniform(1, DAYS)) for _ in range(_count(programme)))
    shops = list(_shops(programme, chance))
    chance.shuffle(shops)
    for moment, (trade, city) in zip(moments, shops, strict=True):
        _take(programme, trade, city, chance, moment, level=_level_of(trade, chance))
    _alice(programme, chance, now)
    return len(moments) + 2


def _count(programme: Programme) -> int:
    return SHOPS_A_TRADE * SubSector.objects.offered().filter(programme=programme).count()


def _shops(programme: Programme, chance: random.Random) -> Iterator[tuple[SubSector, City]]:
    cities = list(City.objects.offered().filter(programme=programme))
    for trade in SubSector.objects.offered().filter(programme=programme).select_related("family"):
        for _ in range(SHOPS_A_TRADE):
            yield trade, chance.choice(cities)


def _level_of(trade: SubSector, chance: random.Random) -> float:
    """How far a shop has come, around a level of its trade."""
    own = chance_of(trade.code).uniform(0.25, 0.6)
    return min(max(chance.gauss(own, 0.15), 0.02), 0.98)


def _alice(programme: Programme, chance: random.Random, now: datetime) -> None:
    """A florist of Namur with a first result in spring and a better one last week."""
    alice = User.objects.of_address(SHOPKEEPER, language="fr")
    trades = SubSector.objects.offered().filter(programme=programme)
    trade = trades.filter(code="florist").first() or trades.first()
    city = City.objects.offered().filter(programme=programme).order_by("-name_key").first()
    city = City.objects.offered().filter(programme=programme, name_key="namur").first() or city
    if trade is None or city is None:
        return
    first = _take(programme, trade, city, chance, now - timedelta(days=200), level=0.3)
    shop = {"name": "Fleurs Dupont", "person_name": "Alice Dupont", "postal_code": city.postal_codes[0]}
    attaching.attach(diagnostic=first, user=alice, **shop, at=first.completed_at)
    second = taking.start_again(
        diagnostic=Diagnostic.objects.get(pk=first.pk), language="fr", at=now - timedelta(days=7)
    )
    _answer_and_complete(second, chance, now - timedelta(days=7), level=0.55)


def _take(
    programme: Programme, trade: SubSector, city: City, chance: random.Random, at: datetime, *, level: float
) -> Diagnostic:
    size = chance.choices(StaffSize.values, weights=[5, 4, 2, 1])[0]
    new = taking.start(programme=programme, sub_sector=trade, city=city, staff_size=size, language="fr", at=at)
    return _answer_and_complete(new, chance, at, level=level)


def _answer_and_complete(diagnostic: Diagnostic, chance: random.Random, at: datetime, *, level: float) -> Diagnostic:
    answers: dict[str, Answer] = {}
    for question in diagnostic.version.diagnoser.questionnaire.questions():
        if _is_open(question, answers):
            answers[question.code] = _answer(question, chance, level)
    done = at + timedelta(minutes=chance.uniform(4, 14))
    taking.keep(diagnostic=diagnostic, answers=answers, at=done)
    return taking.complete(diagnostic=diagnostic, accept_gaps=True, at=done)


def _is_open(question: Question, answers: Mapping[str, Answer]) -> bool:
    if question.only_if is None:
        return True
    earlier = answers.get(question.only_if.question)
    return earlier is not None and not question.only_if.choices.isdisjoint(choices_in(earlier))


def _answer(question: Question, chance: random.Random, level: float) -> Answer:
    if chance.random() < 0.06:
        return DONT_KNOW
    if question.offers_not_applicable and chance.random() < 0.05:
        return NOT_APPLICABLE
    wanted = min(max(chance.gauss(level, 0.22), 0), 1)
    if question.kind == Kind.SEVERAL:
        return _several(question, chance, wanted)
    nearest = min(question.points, key=lambda code: abs(float(question.ratio([code])) - wanted))
    return int(nearest) if question.kind == Kind.SCALE else nearest


def _several(question: Question, chance: random.Random, wanted: float) -> Answer:
    good = [code for code, points in question.points.items() if points > 0]
    return chance.sample(good, round(wanted * len(good))) or sorted(question.none_choices)[:1] or DONT_KNOW
