"""What people are told about their seats: a mail, or a line on the call list of staff."""

from collections.abc import Sequence

from trainings.models import Registration, Session


def accepted(registration: Registration) -> None: ...


def promoted(registration: Registration) -> None: ...


def cancelled(registration: Registration) -> None: ...


def expired(registration: Registration, *, was_offered: bool) -> None: ...


def seats_for_the_first(session: Session, waiting: Sequence[Registration]) -> None: ...
