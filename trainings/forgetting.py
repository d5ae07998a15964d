"""Forgetting who had a seat: seats, attendance and vouchers stay for the figures and lead to nobody."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.contrib.postgres.functions import RandomUUID
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from businesses.forgetting import Whose
from businesses.models import Membership
from outbox.forgetting import drop_jobs
from outbox.models import Job
from outbox.purging import in_batches, years_before
from programmes.folding import folded
from programmes.phones import end_of
from trainings import arriving, documents, exporting, registering, telling
from trainings.importing.foreseeing import language_of
from trainings.importing.understanding import Reader
from trainings.models import (
    Certificate,
    Import,
    ImportRow,
    Interest,
    InterestQuerySet,
    Registration,
    RegistrationQuerySet,
    SeatEvent,
)

# From the end of the campaign; from the issue; from the day it was asked.
YEARS, CERTIFICATE_YEARS, INTEREST_YEARS = 5, 10, 2
# What nobody confirmed, or was taken back.
INTEREST_LEFT = timedelta(days=30)


def of(whose: Whose) -> RegistrationQuerySet:
    return Registration.objects.filter(person__in=whose.persons)


def words_of(whose: Whose) -> frozenset[str]:
    """The names of the helpers whom they brought."""
    return frozenset(of(whose).exclude(helper_name="").values_list("helper_name", flat=True))


def interests_of(whose: Whose) -> InterestQuerySet:
    by_login = Q(user=whose.user) if whose.user else Q(pk__in=[])
    return Interest.objects.filter(by_login | Q(user=None, email__in=whose.addresses))


def beside(whose: Whose) -> RegistrationQuerySet:
    """Of others of their shops, who may have brought them along as helper."""
    shops = Membership.objects.filter(person__in=whose.persons).values("business")
    return Registration.objects.filter(business__in=shops).exclude(person__in=whose.persons)


def wait_for(whose: Whose) -> None:
    """Until whoever registers these people just now has done so; and whoever does next finds them forgotten."""
    for same in sorted({f"{person.email or person.phone} {folded(person.name)}" for person in whose.persons}):
        arriving.wait_for(same)


def upcoming(whose: Whose, at: datetime) -> RegistrationQuerySet:
    """Seats and places in a line that can still be given back."""
    return of(whose).live().filter(session__starts_at__gt=at).order_by("session")


def cancel_upcoming(whose: Whose, at: datetime) -> None:
    """Who waits gets the seats."""
    for row in [*upcoming(whose, at).select_related("session")]:
        registering.cancel(registration=row, at=at)


def forget(whose: Whose, at: datetime) -> None:
    """Certificates and lists that name the person go; seats and wishes to be told are left without a word about anybody."""
    rows = [*of(whose)]
    telling.mails_of(*rows).delete()
    _drop_papers(rows)
    Certificate.objects.filter(registration__in=rows).delete()
    _leave_as_helper(whose)
    _erase_from_lists(whose)
    _forget_interests(interests_of(whose), at)
    blank([row.pk for row in rows])


def _forget_interests(rows: InterestQuerySet, at: datetime) -> None:
    """What counted on days before stays, of nobody, and is over now; what nobody confirmed counted never."""
    rows.filter(confirmed_at=None).delete()
    rows.update(user=None, email="", withdrawn_at=Coalesce("withdrawn_at", Value(at)))


def blank(keys: Sequence[int]) -> None:
    """What was typed about a seat goes, and its links lead nowhere."""
    _forget_words(keys)
    ImportRow.objects.filter(registration__in=keys).update(cells=[], digest="", choice="", refusal="", key=RandomUUID())
    Registration.objects.filter(pk__in=keys).update(names_told_at=None, uid=RandomUUID())


def _forget_words(keys: Sequence[int]) -> None:
    SeatEvent.objects.filter(registration__in=keys).update(reason="")
    Registration.objects.filter(pk__in=keys).update(helper_name="", cancel_reason="")


def _drop_papers(rows: Iterable[Registration]) -> None:
    """Sheets, certificates and tables on which they stand: what is still wanted is made anew."""
    sessions = {row.session_id for row in rows}
    theirs = Certificate.objects.filter(registration__in=[row.pk for row in rows])
    of_session = Q(kind__in=[documents.SHEET, documents.CERTIFICATES], args__session__in=[*sessions])
    of_person = Q(kind=documents.CERTIFICATE, args__certificate__in=[*theirs.values_list("pk", flat=True)])
    drop_jobs(Job.objects.filter(of_session | of_person | Q(kind=exporting.KIND)))


def _leave_as_helper(whose: Whose) -> None:
    names = {folded(name) for name in whose.names}
    named = [row.pk for row in beside(whose) if folded(row.helper_name) in names]
    Certificate.objects.filter(registration__in=named, is_helper=True).delete()
    Registration.objects.filter(pk__in=named).update(helper_name="")


def _erase_from_lists(whose: Whose) -> None:
    """Lists of participants that staff brought: rows that name the person, applied or not."""
    files = Import.objects.filter(erased_at=None).select_related("session__programme").prefetch_related("rows")
    named = ImportRow.objects.filter(pk__in=[key for file in files for key in _rows_of(whose, file)])
    named.pending().delete()
    named.update(cells=[], digest="", choice="", refusal="")


def _rows_of(whose: Whose, file: Import) -> Iterator[int]:
    """The keys of those with a name or an address of theirs, its words in any order, or with a phone: in a cell, in two
    side by side (the columns of a list may not be understood yet), or as the list is understood."""
    reader = Reader(file.session.programme, file.columns, language_of(file.session))
    called = {_words(text) for text in whose.names | whose.emails}
    for row in file.rows.all():
        said = reader.understood(row.cells)
        texts = [*row.cells, *map(" ".join, pairwise(row.cells)), said.name, said.helper_name, said.email]
        if not called.isdisjoint(map(_words, texts)) or not whose.phones.isdisjoint(map(end_of, row.cells)):
            yield row.pk


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(folded(text).split()))


# By the clock


def purge_seats(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """What was typed about seats of old campaigns. Whose they were goes with the person and the shop."""
    limit = years_before(at or timezone.now(), YEARS).date()
    why = SeatEvent.objects.filter(registration=OuterRef("pk")).exclude(reason="")
    typed = ~Q(helper_name="", cancel_reason="") | Exists(why)
    due = Registration.objects.filter(typed, session__campaign__ends_on__lt=limit)
    return in_batches(due, _forget_words, dry_run=dry_run)


def purge_lists(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """What the files of lists for sessions of old campaigns were called."""
    limit = years_before(at or timezone.now(), YEARS).date()
    due = Import.objects.exclude(name="").filter(session__campaign__ends_on__lt=limit)
    return in_batches(due, lambda keys: Import.objects.filter(pk__in=keys).update(name=""), dry_run=dry_run)


def purge_certificates(*, at: datetime | None = None, dry_run: bool = False) -> int:
    old = Certificate.objects.filter(issued_at__lt=years_before(at or timezone.now(), CERTIFICATE_YEARS))
    return in_batches(old, lambda keys: Certificate.objects.filter(pk__in=keys).delete(), dry_run=dry_run)


def purge_interests(*, at: datetime | None = None, dry_run: bool = False) -> int:
    now = at or timezone.now()
    left = Q(confirmed_at=None, asked_at__lt=now - INTEREST_LEFT) | Q(withdrawn_at__lt=now - INTEREST_LEFT)
    old = Interest.objects.filter(left | Q(asked_at__lt=years_before(now, INTEREST_YEARS)))
    due = old.exclude(user=None, email="", withdrawn_at__isnull=False)
    return in_batches(due, lambda keys: _forget_interests(Interest.objects.filter(pk__in=keys), now), dry_run=dry_run)
