"""The demo's inbox: the mails that the portal sent, and the codes of its staff. It exists in the demo only."""

import mailbox
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.checks import is_loopback
from accounts.second_factor import demo_codes

SHOWN = 50


@dataclass(frozen=True)
class Letter:
    """A mail as the page shows it."""

    arrived_at: datetime
    sender: str
    to: str
    subject: str
    text: str


def demo_urls() -> list[URLPattern]:
    """Empty outside the demo: there is then no such page, whatever else is set wrongly."""
    if not (settings.DEMO and is_loopback(settings.BASE_URL)):
        return []
    return [path("demo/inbox/", inbox, name="demo_inbox")]


@login_not_required
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    letters = read_letters(settings.DEMO_INBOX_DIR)
    return render(request, "portal/inbox.html", {"letters": letters, "codes": demo_codes()})


def read_letters(folder: Path) -> list[Letter]:
    """The newest mails of a Maildir, newest first; it is left as it is."""
    try:
        box = mailbox.Maildir(folder, factory=None, create=False)
    except mailbox.NoSuchMailboxError:
        return []
    newest = sorted(box.values(), key=mailbox.MaildirMessage.get_date, reverse=True)[:SHOWN]
    return [_letter(message) for message in newest]


def _letter(message: mailbox.MaildirMessage) -> Letter:
    mail = message_from_bytes(message.as_bytes(), policy=policy.default)
    body = mail.get_body(("plain", "html"))
    return Letter(
        arrived_at=datetime.fromtimestamp(message.get_date(), tz=UTC),
        sender=str(mail["from"] or ""),
        to=str(mail["to"] or ""),
        subject=str(mail["subject"] or ""),
        text=body.get_content().strip() if body else "",
    )
