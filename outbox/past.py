"""What the demo tells of its past: mails that were asked for then are rows that say "sent", and nothing is rendered, sent or rung for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from outbox.models import Mail


@dataclass(slots=True)
class Past:
    """The moment that is told of, which who tells moves on, and the mails of all these moments."""

    at: datetime
    mails: list[Mail] = field(default_factory=list)

    def sent(self, mail: Mail) -> Mail:
        """The mail as it is after it was sent, without its secrets. Its row is written with the others, at the end."""
        mail.state, mail.attempt, mail.rung_at = Mail.State.SENT, 1, None
        mail.requested_at = mail.started_at = mail.finished_at = self.at
        mail.secrets_erased_at = self.at if mail.secrets_sealed else None
        mail.secrets_sealed = ""
        self.mails.append(mail)
        return mail

    def write(self) -> None:
        """Their rows, for whoever looks them up before the end."""
        Mail.objects.bulk_create(self.mails, ignore_conflicts=True)
        self.mails.clear()


_told: ContextVar[Past | None] = ContextVar("past", default=None)


@contextmanager
def telling(at: datetime) -> Iterator[Past]:
    """What is asked for inside was asked for, and sent, at its `at`. Stands in a transaction; for the demo only."""
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the demo says of mails that they were sent.")
    past = Past(at)
    token = _told.set(past)
    try:
        yield past
    finally:
        _told.reset(token)
    past.write()


def told() -> Past | None:
    """The past that is being told; None in the present, which is everywhere but in the demo."""
    return _told.get()


def now() -> datetime:
    """The moment that is told of, or the present."""
    past = _told.get()
    return past.at if past else timezone.now()
