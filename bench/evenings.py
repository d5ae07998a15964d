"""Sessions that many want at once, and whether each of their seats was given once."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from businesses.models import Call
from outbox.models import Mail
from programmes.models import City, Programme
from trainings import telling
from trainings.models import Module, Registration, SeatEvent, Session, SessionDate, VoucherEntry

SEATS = 100
TITLE = "A training that many want"
State = Registration.State


def make(seats: int) -> Session:
    """A training that vouchers pay, in ten days."""
    programme = Programme.objects.get(code="commerce-connecte")
    host = City.objects.offered().filter(programme=programme, postal_codes__contains=["5000"]).get()
    topic = programme.topics.all()[0]
    module, _ = Module.objects.get_or_create(
        programme=programme,
        topic=topic,
        provider="Bench",
        defaults={"price": 180, "approval": Module.Approval.APPROVED, "approval_number": "B-1"},
    )
    session = Session.objects.create(
        programme=programme,
        campaign=programme.campaigns.latest("pk"),
        kind=Session.Kind.TRAINING,
        state=Session.State.OPEN,
        topic=topic,
        module=module,
        titles={"en": TITLE, "fr": TITLE},
        host=host,
        languages=["fr"],
        venue="Hôtel de Ville",
        address="Grand-Place 1",
        capacity=seats,
    )
    session.cities.set([host])
    starts = timezone.now() + timedelta(days=10)
    SessionDate.objects.create(session=session, starts_at=starts, ends_at=starts + timedelta(hours=3))
    session.settle_dates()
    return session


def check(sessions: list[Session], *, people: int) -> None:
    """Stops loudly unless everybody has one seat or place in the line, with its rows, and no seat was given twice or to nobody."""
    for session in sessions:
        session.refresh_from_db()
        check_seats(session)
    registrations = Registration.objects.filter(session__in=sessions)
    registered = registrations.filter(state=State.REGISTERED).count()
    keys = [f"{telling.subject(row)}{what}" for row in registrations for what in ("confirm", "registered", "waiting")]
    rows = {
        "registrations": registrations.count(),
        "persons": registrations.values("person").distinct().count(),
        "entries in the log": SeatEvent.objects.filter(registration__in=registrations)
        .exclude(kind=SeatEvent.Kind.SKIPPED)
        .count(),
        "mails and calls": Mail.objects.filter(key__in=keys).count() + Call.objects.filter(key__in=keys).count(),
    }
    wrong = {name: number for name, number in rows.items() if number != people}
    vouchers = VoucherEntry.objects.filter(registration__in=registrations).count()
    if wrong or vouchers != registered:
        raise SystemExit(f"{people} people, but {wrong}; {registered} registered at once, {vouchers} vouchers.")


def check_seats(session: Session) -> None:
    rows = list(session.registrations.all())
    taken = sum(row.seats for row in rows if row.state in Registration.SEATED)
    waiting = [row for row in rows if row.state == State.WAITING]
    states = Counter(row.state for row in rows)
    if taken > session.capacity:
        raise SystemExit(f"OVERSOLD: {taken} of {session.capacity} seats, {dict(states)}.")
    if taken != session.seats_taken or any(row.seats <= session.free_seats for row in waiting):
        raise SystemExit(
            f"{taken} seats are taken, {session.seats_taken} by its count, of {session.capacity}: {states}."
        )
    if sorted(row.rank or 0 for row in waiting) != [*range(1, len(waiting) + 1)]:
        raise SystemExit("The ranks of those who wait are not 1, 2, 3 …")
