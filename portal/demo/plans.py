"""A session as it is made up, before any of it is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import User
from portal.demo.people import Shop
from programmes.models import Campaign, City, Programme
from surveys.asked import Given
from trainings.models import Module, Topic

LENGTH = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who asks for a seat, when, and whether they will be there."""

    shop: Shop
    asked_at: datetime
    has_helper: bool = False
    comes: bool = True
    is_walk_in: bool = False
    cancels_at: datetime | None = None

    @property
    def heads(self) -> int:
        return 2 if self.has_helper else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A session and who will have come to it. The first of its cities is the host."""

    programme: Programme
    campaign: Campaign
    kind: str
    starts: tuple[datetime, ...]
    cities: tuple[City, ...]
    capacity: int
    published_at: datetime | None  # None: a draft
    trainer: User
    by: User
    guests: tuple[Guest, ...] = ()
    topic: Topic | None = None
    module: Module | None = None
    titles: dict[str, str] = field(default_factory=dict)
    venue: str = ""
    link: str = ""
    minimum: int = 0
    head_count: int | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    is_diagnosed: bool = False
    actions: int = 0  # so many things are done in its cities before it
    agreed_at: datetime | None = None  # when the cities, which were invited, decided to take part
    answers: tuple[Given, ...] = ()  # to the survey after it
    is_on_paper: bool = False  # they are: nobody is asked by mail
    sheets_left: int = 0  # of these, still to be typed
    listed_after: timedelta = timedelta()  # who was there is told to the portal so much later
    in_room: tuple[datetime, ...] = ()  # when the first guests there have begun the self-diagnostic

    @property
    def ends_at(self) -> datetime:
        return max(self.starts) + LENGTH

    @property
    def heads(self) -> int:
        """That will have been there."""
        return sum(guest.heads for guest in self.guests if guest.comes)


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts as near to the weights as can be, which add up to it exactly."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts
