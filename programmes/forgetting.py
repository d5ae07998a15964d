"""Forgetting the person whom a city named as its contact."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone

from outbox.forgetting import drop_jobs
from outbox.models import Job
from outbox.purging import in_batches, years_before
from programmes import letters
from programmes.models import Engagement, LetterTemplate, Note
from programmes.phones import end_of

# From the end of the campaign.
YEARS = 1


def forget(addresses: Collection[str], phones: Collection[str], named: str) -> None:
    """Contacts at one of these addresses, or at one of these phones (as `end_of` gives them) and of their name, which the
    regular expression `named` finds. One who has the name alone may be somebody else, and stays reachable."""
    if not named:
        return
    called = Engagement.objects.exclude(phone="").values_list("pk", "phone")
    at_phone = Engagement.objects.filter(pk__in=[pk for pk, phone in called if end_of(phone) in phones])
    found = Engagement.objects.filter(email__in=addresses) | at_phone.filter(contact__iregex=named)
    theirs = Engagement.objects.filter(pk__in=[*found.values_list("pk", flat=True)])
    greeted = theirs | Engagement.objects.filter(Q(contact__iregex=named) | Q(owner__email__in=addresses))
    _drop_letters(greeted.values_list("pk", flat=True), named)
    at_phone.update(phone="")
    theirs.update(contact="", email="", phone="")


def _drop_letters(to: Iterable[int], named: str) -> None:
    """To these contacts, or of a text that names somebody; what is still wanted is made anew."""
    # Without the sign for a new line, in which the line's first word would begin with "n".
    lines = Replace(Cast("args__texts", TextField()), Value(r"\n"), Value(" "), output_field=TextField())
    about = Q(lines__iregex=named)
    for pk in to:
        about |= Q(args__rows__contains=[[pk]])
    theirs = Job.objects.filter(kind=letters.KIND).annotate(lines=lines).filter(about)
    drop_jobs(Job.objects.filter(pk__in=[*theirs.values_list("pk", flat=True)]))


def purge_contacts(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Who answered for a city, and what was noted of the talks; what the city decided, and when, stays."""
    ended = years_before(at or timezone.now(), YEARS).date()
    noted = Exists(Note.objects.filter(engagement=OuterRef("pk")))
    said = Engagement.objects.exclude(~noted, contact="", email="", phone="", next_action="")
    return in_batches(said.filter(campaign__ends_on__lt=ended), _forget_contacts, dry_run=dry_run)


def purge_signatures(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Who signed the letters of a campaign."""
    ended = years_before(at or timezone.now(), YEARS).date()
    signed = LetterTemplate.objects.exclude(signature="").filter(campaign__ends_on__lt=ended)
    return in_batches(
        signed, lambda keys: LetterTemplate.objects.filter(pk__in=keys).update(signature=""), dry_run=dry_run
    )


def _forget_contacts(keys: Sequence[int]) -> None:
    Note.objects.filter(engagement__in=keys).delete()
    Engagement.objects.filter(pk__in=keys).update(contact="", email="", phone="", next_action="")
