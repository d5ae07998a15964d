"""What participants want next, on a slip that they sign, and what came of it six weeks later: all of it ours."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from businesses.models import Call, Person
from businesses.reaching import settle
from outbox import past
from portal.demo import people
from portal.demo.people import chance_of
from programmes.models import Programme
from surveys import signing, telling
from surveys.inviting import Head
from surveys.models import Slip
from trainings import interests
from trainings.models import Interest, Registration, Session, Topic
from trainings.telling import morning

Reason, Outcome = Slip.Reason, Slip.Outcome

# Of those who came so many sign; of these so many may be asked again, and so many of those who are asked say what came of it.
SIGNED = 0.45
AGREED = 0.8
ANSWERED = 0.65
# Of the e-mails that are asked whether it was they, so many say yes.
CONFIRMED = 0.8
# Of those for whom no seat was booked, so many found what they wanted elsewhere.
DONE = 0.25

WISHES = {"topics": 10, "wants_call": 3, "wants_small_group": 2, "wants_help": 3, "nothing": 4}
REASONS = {Reason.TIME: 6, Reason.NOBODY: 3, Reason.COST: 3, Reason.LEVEL: 2, Reason.DONE: 2, Reason.DISTANCE: 1}

ASKED_AFTER_DAYS = telling.FOLLOWED_UP_AFTER.days + 1
CALLED_WITHIN = timedelta(days=2)


def sign(head: Head, topics: Sequence[Topic], chance: random.Random, at: datetime) -> None:
    """Who was there and wants a training wants the first of `topics`, or the first two."""
    person = head.registration.person
    wish = _wish(person, chance)
    signing.sign(
        head=head,
        name=person.name,
        phone=person.phone,
        language=head.registration.language,
        topics=topics[: chance.randint(1, 2)] if wish == "topics" else (),
        wants_call=wish == "wants_call",
        wants_small_group=wish == "wants_small_group",
        wants_help=wish == "wants_help",
        reason=_by_weight(REASONS, chance) if wish == "nothing" else "",
        may_contact=chance.random() < AGREED or wish == "wants_call",
        at=at,
    )
    if chance.random() < CONFIRMED:
        _confirm(person.email, at + timedelta(minutes=20))


def _wish(person: Person, chance: random.Random) -> str:
    """Who has no number can't be called, and asks for help on the spot."""
    wish = _by_weight(WISHES, chance)
    return "wants_help" if wish == "wants_call" and not person.phone else wish


def _by_weight[Choice: str](weights: dict[Choice, int], chance: random.Random) -> Choice:
    return chance.choices([*weights], [*weights.values()])[0]


def _confirm(email: str, at: datetime) -> None:
    asked = Interest.objects.pending().filter(email=email).first() if email else None
    if asked:
        interests.confirm(interest=asked, at=at)


# Six weeks later


def follow_up(programme: Programme, seed: int, now: datetime) -> None:
    """All of the programme, the morning after six weeks have passed: who agreed is asked, and most say what came of it."""
    chance = chance_of(f"{seed} {programme.code} slips")
    slips = Slip.objects.filter(registration__session__programme=programme)
    for signed_at in slips.order_by("signed_at").values_list("signed_at", flat=True).distinct():
        asked_at = morning(signed_at, ASKED_AFTER_DAYS)
        if asked_at > now:
            return
        _ask(asked_at, now)
        asked = slips.wanting().unanswered().filter(signed_at=signed_at, contact_agreed_at__isnull=False)
        for slip in asked.order_by("person__name", "name", "pk"):
            if chance.random() < ANSWERED:
                _say(slip, chance, min(asked_at + timedelta(days=chance.uniform(0.2, 6)), now))


def _ask(at: datetime, now: datetime) -> None:
    with past.telling(at):
        telling.follow_up(at)
    if at + CALLED_WITHIN <= now:
        lines = Call.objects.filter(template=telling.SIX_WEEKS, asked_at=at)
        settle(calls=lines, outcome=Call.Outcome.TOLD, by=people.staff(), at=at + CALLED_WITHIN)


def _say(slip: Slip, chance: random.Random, at: datetime) -> None:
    trainings = Registration.objects.filter(person=slip.person_id, session__kind__in=Session.BY_OFFER)
    if trainings.filter(asked_at__range=(slip.signed_at, at)).exists():
        signing.tell(slip=slip, outcome=Outcome.BOOKED, at=at)
    elif chance.random() < DONE:
        signing.tell(slip=slip, outcome=Outcome.DONE, at=at)
    else:
        signing.tell(slip=slip, outcome=Outcome.NOT, reason=_by_weight(REASONS, chance), at=at)
