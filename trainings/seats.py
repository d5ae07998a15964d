"""Who gets a freed seat, and until when it is kept: pure rules, without the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

OFFER = timedelta(hours=24)
EARLIEST, LATEST = time(9), time(20)


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration in the waiting list."""

    key: int
    rank: int
    seats: int


@dataclass(frozen=True, slots=True)
class Promotions:
    """Who is seated now, and who was passed over on the way for want of a second seat; both in the order of the ranks."""

    seated: tuple[int, ...]
    skipped: tuple[int, ...]


def promotions(waiting: Iterable[Entry], free: int) -> Promotions:
    """A freed seat goes to the first entry that it fits; those passed over before it keep their ranks.

    `free` is in seats. Entries behind the last one that is seated are not passed over: nothing reached them.
    """
    seated: list[int] = []
    skipped: list[int] = []
    too_large: list[int] = []
    for entry in sorted(waiting, key=lambda entry: entry.rank):
        if free <= 0:
            break
        if entry.seats > free:
            too_large.append(entry.key)
        else:
            skipped += too_large
            too_large = []
            seated.append(entry.key)
            free -= entry.seats
    return Promotions(tuple(seated), tuple(skipped))


def offered_until(at: datetime, starts_at: datetime | None) -> datetime:
    """The end of an offer: a day later, moved on to where it falls between 9 and 20 h, and at the latest when it all begins.

    Both times are in the zone of the programme, and so is the end. Arithmetic is on the wall clock: a day stays a day when
    clocks change, and no end falls into an hour that is missing or comes twice.
    """
    end = _next_by_day(at + OFFER)
    return end if starts_at is None or end <= starts_at else _last_by_day(starts_at)


def _next_by_day(moment: datetime) -> datetime:
    if moment.time() > LATEST:
        return _on_the_hour(moment + timedelta(days=1), EARLIEST)
    return _on_the_hour(moment, EARLIEST) if moment.time() < EARLIEST else moment


def _last_by_day(moment: datetime) -> datetime:
    if moment.time() < EARLIEST:
        return _on_the_hour(moment - timedelta(days=1), LATEST)
    return _on_the_hour(moment, LATEST) if moment.time() > LATEST else moment


def _on_the_hour(day: datetime, hour: time) -> datetime:
    return datetime.combine(day.date(), hour, day.tzinfo)
