"""Who gets a freed seat, and until when it is kept: pure rules, without the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

OFFER = timedelta(hours=24)
EARLIEST, LATEST = time(9), time(20)


class Why(StrEnum):
    """Why a waiting entry is passed over; it keeps its rank."""

    TOO_FEW = "too few seats"
    UNCONFIRMED = "not confirmed yet"


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration in the waiting list."""

    key: int
    rank: int
    seats: int
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Promotions:
    """Who is seated now, in the order of their ranks, and who was passed over on the way, with the reason."""

    seated: tuple[int, ...]
    skipped: tuple[tuple[int, Why], ...]


def promotions(waiting: Iterable[Entry], free: int) -> Promotions:
    """A freed seat goes to the first entry that it fits; those passed over before it keep their ranks.

    `free` is in seats. Entries behind the last one that is seated are not passed over: nothing reached them.
    """
    seated: list[int] = []
    skipped: list[tuple[int, Why]] = []
    passed: list[tuple[int, Why]] = []
    for entry in sorted(waiting, key=lambda entry: entry.rank):
        if free <= 0:
            break
        if not entry.is_confirmed:
            passed.append((entry.key, Why.UNCONFIRMED))
        elif entry.seats > free:
            passed.append((entry.key, Why.TOO_FEW))
        else:
            skipped.extend(passed)
            passed.clear()
            seated.append(entry.key)
            free -= entry.seats
    return Promotions(tuple(seated), tuple(skipped))


def offered_until(at: datetime) -> datetime:
    """The end of an offer made at a local time: a day later, moved on to where it ends between 9 and 20 h.

    `at` is in the zone of the programme; arithmetic is on the wall clock, so that a day stays a day when clocks change.
    """
    end = at + OFFER
    if end.time() < EARLIEST:
        return end.replace(hour=EARLIEST.hour, minute=0, second=0, microsecond=0)
    if end.time() > LATEST:
        tomorrow = end + timedelta(days=1)
        return tomorrow.replace(hour=EARLIEST.hour, minute=0, second=0, microsecond=0)
    return end
