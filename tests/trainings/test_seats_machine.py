"""Whatever people and staff do in whatever order: no seat is sold twice, none stays free beside somebody it fits, none is jumped."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import user
from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_person, make_training
from trainings import registering, vouchers
from trainings.models import Registration, Session
from trainings.registering import BelowTaken, NoPlace, NotOpen, TooLate

WAITING, REGISTERED = Registration.State.WAITING, Registration.State.REGISTERED
PUBLIC_SHARE = Decimal("90.00")
verbs = st.sampled_from(
    ["ask_again", "confirm", "confirm", "cancel", "cancel", "overbook", "move", "take", "bring", "leave", "leave"]
)
people = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=8)


class Seats(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now, self.staff = NOW, user(f"staff-{make_person().pk}@example.org", is_superuser=True)
        self.jumped, self.waiting_before, self.ranks = set(), {}, {}

    @initialize(kind=st.sampled_from(["awareness", "training"]), capacity=st.integers(1, 4), people=people)
    def open_session(self, kind, capacity, people):
        self.session = make_training(kind=kind, capacity=capacity)
        self.other = make_training(self.session.programme, kind=kind, capacity=2)
        for with_helper, is_confirmed in people:
            self.ask(self.session, with_helper, is_confirmed)

    def ask(self, session, with_helper, is_confirmed):
        with suppress(NotOpen):
            registering.register(
                session=session,
                person=make_person(),
                with_helper=with_helper,
                language="fr",
                is_confirmed=is_confirmed,
                at=self.now,
            )

    @rule(with_helper=st.booleans(), is_confirmed=st.booleans(), is_other=st.sampled_from([False, False, True]))
    def somebody_registers(self, with_helper, is_confirmed, is_other):
        self.ask(self.other if is_other else self.session, with_helper, is_confirmed)

    @rule(verb=verbs, number=st.integers(0, 99))
    def somebody_known(self, verb, number):
        rows = [*Registration.objects.filter(session__in=(self.session, self.other)).order_by("pk")]
        if rows:
            getattr(self, verb)(rows[number % len(rows)])

    @rule(number=st.integers(0, 99))
    def somebody_cancels(self, number):
        seated = [*self.session.registrations.seated().order_by("pk")]
        if seated:
            self.cancel(seated[number % len(seated)])

    def ask_again(self, row):
        with suppress(NotOpen):
            registering.register(session=row.session, person=row.person, language="fr", at=self.now)

    def confirm(self, row):
        with suppress(TooLate):
            assert registering.confirm(registration=row, at=self.now).confirmed_at

    def cancel(self, row):
        assert not registering.cancel(registration=row, at=self.now).is_live

    def overbook(self, row):
        is_waiting = row.state == WAITING
        self.jumped |= {registering.overbook(registration=row, by=self.staff, at=self.now).pk} if is_waiting else set()

    def move(self, row):
        with suppress(NoPlace):
            to = self.other if row.session_id == self.session.pk else self.session
            registering.move(registration=row, to=to, by=self.staff, at=self.now)

    def take(self, row):
        with suppress(NoPlace, TooLate):
            self.jumped.add(registering.take(registration=row, at=self.now).pk)

    def bring(self, row):
        with suppress(NoPlace, TooLate):
            assert registering.bring_helper(registration=row, at=self.now).has_helper

    def leave(self, row):
        assert not registering.leave_helper(registration=row, at=self.now).has_helper or not row.is_live

    @rule(capacity=st.integers(1, 7))
    def change_capacity(self, capacity):
        with suppress(BelowTaken):
            registering.change_capacity(session=self.session, capacity=capacity, by=self.staff, at=self.now)

    @rule(hours=st.sampled_from([1, 2, 3, 24, 30]))
    def let_time_pass(self, hours):
        if self.now + timedelta(hours=hours) < IN_TEN_DAYS:
            self.now += timedelta(hours=hours)
        registering.expire_lapsed(at=self.now)

    @precondition(lambda self: self.now > NOW + timedelta(days=4))
    @rule()
    def reach_last_day(self):
        self.now = max(self.now, IN_TEN_DAYS - timedelta(hours=20))
        registering.expire_lapsed(at=self.now)

    @invariant()
    def seats_are_those_of_the_registrations(self):
        for session in self.sessions():
            assert session.seats_taken == session.registrations.seated().seats()
            assert session.overbooked == max(session.seats_taken - session.capacity, 0)
            assert session.registrations.lapsed(self.now).count() == 0

    @invariant()
    def no_seat_is_free_beside_somebody_it_fits(self):
        for session in self.sessions():
            if not session.is_in_last_call(self.now):
                assert not session.registrations.waiting().filter(seats__lte=session.free_seats).exists()

    @invariant()
    def order_is_kept(self):
        for session in self.sessions():
            rows = {row.pk: row for row in session.registrations.all()}
            ranked = [row.rank for row in sorted(rows.values(), key=lambda row: row.pk) if row.rank]
            assert ranked == [*range(1, session.last_rank + 1)]
            assert {pk: rows[pk].rank for pk in self.ranks.get(session.pk, {})} == self.ranks.get(session.pk, {})
            before, waiting = (
                self.waiting_before.get(session.pk, set()),
                {pk for pk in rows if rows[pk].state == WAITING},
            )
            for pk in before - waiting - self.jumped:
                if rows[pk].state in Registration.SEATED:
                    assert all(rows[left].seats > rows[pk].seats for left in waiting if rows[left].rank < rows[pk].rank)
            self.waiting_before[session.pk] = waiting
            self.ranks[session.pk] = {pk: row.rank for pk, row in rows.items() if row.rank}

    @invariant()
    def ledger_balances(self):
        if not (sessions := self.sessions()):
            return
        rows = [row for session in sessions for row in session.registrations.all()]
        registered = [row for row in rows if row.state == REGISTERED]
        assert vouchers.forecast(self.session.campaign).reserved == PUBLIC_SHARE * len(registered)
        kinds = {row.pk: vouchers.state_of(row) for row in rows}
        assert {kinds[row.pk] for row in registered} <= {"reserved"}
        assert {kinds[row.pk] for row in rows if row not in registered} <= {"", "released"}

    def sessions(self):
        """None yet while the first rule has not run."""
        if not hasattr(self, "other"):
            return []
        return [*Session.objects.filter(pk__in=[self.session.pk, self.other.pk])]


def run(examples, steps):
    """Without looking for the shortest way to a failure: against a database that takes minutes. Add Phase.shrink to see it."""
    checks = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.reuse, Phase.generate],
    )
    run_state_machine_as_test(Seats, settings=checks)


@pytest.mark.django_db
def test_seats_hold_over_two_hundred_steps():
    run(examples=20, steps=10)


@pytest.mark.long
@pytest.mark.django_db
def test_seats_hold_over_two_thousand_steps():
    run(examples=50, steps=40)
