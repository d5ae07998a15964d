"""Forgetting who had a seat: seats, attendance and vouchers stay for the figures and lead to nobody."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.contrib.postgres.functions import RandomUUID
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from businesses.forgetting import Whose, detach, known_persons, known_shops, together
from businesses.models import Membership
from outbox.forgetting import drop_jobs
from outbox.models import Job
from outbox.purging import in_batches, years_before
from programmes.folding import folded
from trainings import arriving, documents, exporting, registering, telling
from trainings.models import (
    Certificate,
    Import,
    ImportRow,
    Interest,
    InterestQuerySet,
    Registration,
    RegistrationQuerySet,
    SeatEvent,
    Session,
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


def wait_for(whose: Whose) -> None:
    """Until whoever registers these people just now has done so; and whoever does next finds them forgotten."""
    for same in sorted({f"{person.email or person.phone} {folded(person.name)}" for person in whose.persons}):
        arriving.wait_for(same)


def upcoming(whose: Whose, at: datetime) -> RegistrationQuerySet:
    """Seats and places in a line that can still be given back."""
    return of(whose).live().filter(session__starts_at__gt=at).order_by("session")


def cancel_upcoming(whose: Whose, at: datetime) -> list[Session]:
    """Who waits gets the seats; returns the sessions."""
    rows = [*upcoming(whose, at).select_related("session")]
    return [registering.cancel(registration=row, at=at).session for row in rows]


def forget(whose: Whose) -> None:
    """Certificates, wishes to be told and lists that name the person go; seats are left without a word about anybody."""
    rows = [*of(whose)]
    telling.mails_of(*rows).delete()
    _drop_papers(rows)
    Certificate.objects.filter(registration__in=rows).delete()
    _leave_as_helper(whose)
    _erase_from_lists(whose)
    interests_of(whose).delete()
    blank([row.pk for row in rows])


def blank(keys: Sequence[int]) -> None:
    """What was typed about a seat goes, and its links lead nowhere."""
    SeatEvent.objects.filter(registration__in=keys).update(reason="")
    ImportRow.objects.filter(registration__in=keys).update(cells=[], digest="", choice="", refusal="", key=RandomUUID())
    Registration.objects.filter(pk__in=keys).update(
        helper_name="", cancel_reason="", names_told_at=None, uid=RandomUUID()
    )


def _drop_papers(rows: Iterable[Registration]) -> None:
    """Sheets, certificates and tables on which they stand: what is still wanted is made anew."""
    sessions = {row.session_id for row in rows}
    theirs = Certificate.objects.filter(registration__in=[row.pk for row in rows])
    of_session = Q(kind__in=[documents.SHEET, documents.CERTIFICATES], args__session__in=[*sessions])
    of_person = Q(kind=documents.CERTIFICATE, args__certificate__in=[*theirs.values_list("pk", flat=True)])
    drop_jobs(Job.objects.filter(of_session | of_person | Q(kind=exporting.KIND)))


def _leave_as_helper(whose: Whose) -> None:
    """Where somebody else of the shop brought them along by name."""
    names = {folded(person.name) for person in whose.persons if person.name}
    shops = Membership.objects.filter(person__in=whose.persons).values("business")
    beside = Registration.objects.filter(business__in=shops).exclude(person__in=whose.persons).exclude(helper_name="")
    named = [row.pk for row in beside if folded(row.helper_name) in names]
    Certificate.objects.filter(registration__in=named, is_helper=True).delete()
    Registration.objects.filter(pk__in=named).update(helper_name="")


def _erase_from_lists(whose: Whose) -> None:
    """Lists of participants that staff brought: rows that name the person, applied or not, and files called after them."""
    written, called = Q(pk__in=[]), Q(pk__in=[])
    for word in {word for person in whose.persons for word in (person.name, person.email, person.phone) if word}:
        written |= Q(text__icontains=json.dumps(word, ensure_ascii=False))  # a whole cell
    for word in whose.words:
        called |= Q(name__iregex=rf"(?<![[:alnum:]]){re.escape(word)}(?![[:alnum:]])")
    texts = ImportRow.objects.annotate(text=Cast("cells", TextField())).filter(written)
    named = ImportRow.objects.filter(pk__in=[*texts.values_list("pk", flat=True)])
    named.pending().delete()
    named.update(cells=[], digest="", choice="", refusal="")
    Import.objects.filter(called).update(name="")


# By the clock


def purge_seats(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Seats of old campaigns: attendance and vouchers stay, and lead to nobody."""
    limit = years_before(at or timezone.now(), YEARS).date()
    leads = Q(person__in=known_persons()) | Q(business__in=known_shops()) | ~Q(helper_name="", cancel_reason="")
    due = Registration.objects.filter(leads, session__campaign__ends_on__lt=limit)
    return in_batches(due, partial(_detach, due), dry_run=dry_run)


def _detach(due: RegistrationQuerySet, keys: Sequence[int]) -> None:
    every = together(due, keys)
    detach([*Registration.objects.filter(pk__in=every).select_related("person", "business")])
    blank(every)


def purge_certificates(*, at: datetime | None = None, dry_run: bool = False) -> int:
    old = Certificate.objects.filter(issued_at__lt=years_before(at or timezone.now(), CERTIFICATE_YEARS))
    return in_batches(old, lambda keys: Certificate.objects.filter(pk__in=keys).delete(), dry_run=dry_run)


def purge_interests(*, at: datetime | None = None, dry_run: bool = False) -> int:
    now = at or timezone.now()
    left = Q(confirmed_at=None, asked_at__lt=now - INTEREST_LEFT) | Q(withdrawn_at__lt=now - INTEREST_LEFT)
    old = Interest.objects.filter(left | Q(asked_at__lt=years_before(now, INTEREST_YEARS)))
    return in_batches(old, lambda keys: Interest.objects.filter(pk__in=keys).delete(), dry_run=dry_run)
