"""Telling a person something: by mail, or by a line on the call list of staff where mail does not reach."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from accounts.models import User
from businesses.models import Call, CallQuerySet, Person
from outbox import past
from outbox.mail import BadAddress, Secrets, queue
from outbox.models import Mail


def has_mail(person: Person) -> bool:
    """Whether mail is how this person wants to be told, and can be."""
    return bool(person.email) and person.channel == Person.Channel.MAIL


def reach(
    *,
    person: Person,
    template: str,
    language: str,
    ids: Mapping[str, object],
    about: str = "",
    secrets: Secrets | None = None,
    key: str = "",
) -> Mail | Call:
    """The mail of this template, or a line that says what it is about. Asked again under one key it is the same one.

    Secrets are for mails alone: nobody reads a link out on the phone. An address that is none becomes a line too.
    """
    if has_mail(person):
        with suppress(BadAddress):
            return queue(template=template, to=person.email, language=language, ids=ids, secrets=secrets, key=key)
    return list_call(person=person, template=template, language=language, ids=ids, about=about, key=key)


def list_call(
    *, person: Person, template: str, language: str, ids: Mapping[str, object], about: str = "", key: str = ""
) -> Call:
    """A line for staff, whether mail reaches this person or not. Asked again under one key it is the same one."""
    line = Call(
        person=person,
        about=(about or template)[:250],
        template=template,
        language=language,
        ids=dict(ids),
        asked_at=past.now(),
    )
    return _listed(line, key)


def _listed(call: Call, key: str) -> Call:
    if not key:
        call.save(force_insert=True)
        return call
    call.key = key
    Call.objects.bulk_create([call], ignore_conflicts=True)
    return Call.objects.get(key=key)


def told(keys: Iterable[str]) -> set[str]:
    """Of these keys, those under which somebody was told, or is about to be, by mail or by phone."""
    wanted = set(keys)
    by_mail = Mail.objects.filter(key__in=wanted).values_list("key", flat=True)
    by_phone = Call.objects.filter(key__in=wanted).values_list("key", flat=True)
    return {key for key in [*by_mail, *by_phone] if key}


def settle(*, calls: CallQuerySet, outcome: str, by: User | None, at: datetime | None = None) -> int:
    """Records what came of the open ones among these; returns how many."""
    done = {"state": Call.State.DONE, "outcome": Call.Outcome(outcome), "done_at": at or past.now(), "done_by": by}
    return calls.open().update(**done)
