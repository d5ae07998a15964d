"""Vouchers as a ledger."""

from datetime import datetime

from trainings.models import Registration


def reserve(*, registration: Registration, at: datetime) -> None: ...


def release(*, registration: Registration, at: datetime) -> None: ...
