"""Releases: everything about a subject and its period counted once, counts by attribute as they were protected for all, then frozen.

A period that is over is released once, and asking again gives that release; while it runs there is one a day. Staff may ask for
another day, or for what came in since: that is a further release beside the first.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from figures.days import end_of
from programmes.models import Programme
from questionnaires.texts import said
from reports.composing import compose
from reports.gathering import gather
from reports.models import Release, ReleaseQuerySet, checksum_of, of_period
from reports.protecting import counts_for
from reports.subjects import Subject

STEPS = 3


class DayToCome(ValueError):
    """Nobody knows yet how it will stand on that day."""


def releases_of(subject: Subject) -> ReleaseQuerySet:
    return Release.objects.about(subject.programme, subject.period, subject.city, subject.grouping)


def standing(subject: Subject, on: date | None, today: date) -> Release | None:
    """What is released already, and answers the question: as of that day, or as of the latest that counts."""
    made = releases_of(subject).with_names().latest_first()
    if on is not None:
        return made.filter(as_of_on=on).first()
    if subject.period.is_over(today):
        return made.filter(as_of_on__gt=subject.period.until).first()
    return made.filter(as_of_on=today).first()


def release(
    *,
    subject: Subject,
    on: date | None = None,
    at: datetime | None = None,
    step: Callable[[int], None] = lambda _done: None,
) -> Release:
    """The release about this subject as it stood on that day; without one, the latest that counts. Raises DayToCome, and RuntimeError
    where what must be held back could not be found."""
    now = at or timezone.now()
    today = timezone.localdate(now)
    if on is not None and on > today:
        raise DayToCome
    if known := standing(subject, on, today):
        return known
    as_of = end_of(on) if on and on < today else now
    step(0)
    gathered = gather(subject, as_of, now)
    step(1)
    counts = counts_for(subject.programme, subject.period, as_of, lambda: step(2))
    return _freeze(subject, on, as_of, now, compose(subject, gathered, counts, as_of))


@transaction.atomic
def _freeze(subject: Subject, on: date | None, as_of: datetime, now: datetime, content: dict[str, object]) -> Release:
    """One at a time in a programme: who asks at the same time gets the same."""
    Programme.objects.select_for_update(no_key=True).get(pk=subject.programme.pk)
    if known := standing(subject, on, timezone.localdate(now)):
        return known
    return Release.objects.create(
        programme=subject.programme,
        city=subject.city,
        grouping=subject.grouping,
        **of_period(subject.period),
        as_of=as_of,
        as_of_on=timezone.localdate(as_of),
        made_at=now,
        reference=_reference(subject),
        content=content,
        checksum=checksum_of(content),
    )


def _reference(subject: Subject) -> str:
    """CC-2016-NAMUR-1: programme, period, about whom, and the how manieth."""
    programme = "".join(word[0] for word in subject.programme.code.split("-")).upper()
    about = subject.city or subject.grouping
    name = slugify(said(about.names, subject.programme.languages[0])).upper()[:60] if about else "ALL"
    start = f"{programme}-{subject.period.mark}-{name}"
    number = releases_of(subject).count() + 1
    while Release.objects.filter(reference=f"{start}-{number}").exists():  # of another that is called the same
        number += 1
    return f"{start}-{number}"
