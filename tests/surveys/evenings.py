"""Sessions that are over, with people who were there."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from surveys.inviting import heads_of
from tests.trainings.sessions import make_person, make_session
from trainings.doors import midnight
from trainings.models import Registration

GIVEN = {"useful": "very-useful", "relevant": 80, "tools": ["maps"], "training": "yes", "strategy": "no"}
numbers = count(1)


def make_evening(programme, heads=6, *, ended=timedelta(hours=2), starts=None, helpers=0, **fields):
    """A session that ended so long ago, in which so many persons, and helpers of the first of them, were present."""
    starts = starts or timezone.now() - ended - timedelta(hours=3)
    session = make_session(programme, starts=[starts], capacity=200, **fields)
    for number in range(heads):
        make_present(session, with_helper=number < helpers)
    return session


def make_day(programme, heads=6, *, days=0):
    """A session of today, or of so many days later, whatever the hour of the test: its codes open on that day."""
    return make_evening(programme, heads, starts=midnight(timezone.now(), days) + timedelta(hours=9))


def make_present(session, *, with_helper=False, is_present=True, **fields):
    number = next(numbers)
    email = fields.pop("email", f"guest-{number}@shop.example")
    person = make_person(f"Guest {number}", email, **fields)
    row = Registration.objects.create(
        session=session,
        person=person,
        seats=2 if with_helper else 1,
        helper_name=f"Helper {number}" if with_helper else "",
        state=Registration.State.REGISTERED,
        confirmed_at=session.starts_at,
        asked_at=session.starts_at - timedelta(days=9),
        language="en",
    )
    for is_helper in (False, True)[: row.seats]:
        row.attendances.create(
            date=session.dates.get(), is_helper=is_helper, is_present=is_present, marked_at=session.starts_at
        )
    return row


def head_in(session, place=0):
    return heads_of(session)[place]
