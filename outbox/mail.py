"""Mails: asked for as a row, rendered when they are sent, handed to the mail server once."""

import logging
import re
import smtplib
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.validators import validate_email
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from outbox import bell, leasing, past, sealing
from outbox.models import Mail

logger = logging.getLogger(__name__)

# A mail that was given up keeps its secrets so long, for the case that somebody tries it again.
FAILED_SECRETS_KEPT_FOR = timedelta(days=7)
# How often, after how many seconds, the fact of a mail sent is written again when the database is away: ends before the
# lease does.
RECORDED_AFTER = (0, 1, 5, 20)

type Secrets = dict[str, str]
type ContextMaker = Callable[[dict[str, Any], Secrets], Mapping[str, Any]]
CONTEXTS: dict[str, ContextMaker] = {}
# What each mail is, in words, by its template: apps say it of theirs, where they name it.
TITLES: dict[str, Promise] = {}


def title_of(template: str) -> str:
    """In the reader's language, also of a mail that the portal no longer writes."""
    return str(TITLES.get(template) or _("A mail"))


class BadAddress(ValueError):
    """Not one plain e-mail address."""


class NoLongerTrue(Exception):
    """Raised by a context: what the mail says has passed meanwhile, and it is not sent."""


def context_of(template: str) -> Callable[[ContextMaker], ContextMaker]:
    """Register what turns ids and secrets into the context of a mail; stands in the `tasks.py` of an app.

    In what it returns "attachments" are parts of the message, and "headers" are added to it. It may raise NoLongerTrue.
    """

    def register(function: ContextMaker) -> ContextMaker:
        CONTEXTS[template] = function
        return function

    return register


def queue(
    *,
    template: str,
    to: str,
    language: str,
    ids: Mapping[str, object],
    secrets: Secrets | None = None,
    by: AbstractBaseUser | None = None,
    key: str = "",
) -> Mail:
    """Owe somebody a mail, in the caller's transaction: TEMPLATE.subject.txt, TEMPLATE.txt and, if any, TEMPLATE.html.

    Asked again under the same key it is the mail that is owed, or was sent, already.
    """
    try:
        validate_email(to)
    except ValidationError as error:
        raise BadAddress from error
    mail = Mail(
        template=template,
        to=to,
        language=language,
        ids=dict(ids),
        secrets_sealed=sealing.seal(secrets),
        requested_by_id=by.pk if by else None,
        key=key or None,
    )
    if then := past.told():
        return then.sent(mail)
    return _owed_once(mail) if key else _owed(mail)


def _owed(mail: Mail) -> Mail:
    mail.save(force_insert=True)
    bell.ring_on_commit(mail)
    return mail


def _owed_once(mail: Mail) -> Mail:
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    known = Mail.objects.only("message_id").get(key=mail.key)
    if known.message_id == mail.message_id:
        bell.ring_on_commit(known)
    return known


def deliver(mail: Mail) -> None:
    """Render and send a mail that was taken, and record what came of it."""
    try:
        secrets = sealing.unseal(mail.secrets_sealed)
        message = render(mail, secrets)
    except NoLongerTrue:
        leasing.give_up(mail, _("What it says is no longer true: it was not sent."))
        return
    except Exception as error:  # noqa: BLE001  whatever an app's template or context raises is recorded
        # The text of the error may quote a secret: the log gets the place, not the words.
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Mail %s (%s) cannot be written: %s at\n%s", mail.pk, mail.template, type(error).__name__, where)
        leasing.record_crash(mail, _("The mail could not be written (%(what)s).") % {"what": type(error).__name__})
        return
    _hand_over(mail, message, secrets)


def render(mail: Mail, secrets: Secrets) -> EmailMultiAlternatives:
    with translation.override(mail.language):
        context: dict[str, Any] = {"base_url": settings.BASE_URL, **CONTEXTS[mail.template](mail.ids, secrets)}
        message = EmailMultiAlternatives(
            subject=_one_line(_plain(f"{mail.template}.subject.txt", context)),
            body=_plain(f"{mail.template}.txt", context),
            to=[mail.to],
            headers={
                **context.get("headers", {}),
                "Message-ID": mail.message_id,
                "Content-Language": mail.language,
                "Auto-Submitted": "auto-generated",
            },
        )
        for part in context.get("attachments", ()):
            message.attach(part)
        try:
            html = get_template(f"{mail.template}.html")
        except TemplateDoesNotExist:
            return message
        message.attach_alternative(html.render(context), "text/html")
        return message


def _plain(template: str, context: Mapping[str, Any]) -> str:
    text = get_template(template).template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]  # Django's own backend
    return re.sub(r"\n{3,}", "\n\n", str(text))


def _one_line(subject: str) -> str:
    """A name typed by somebody may hold line breaks: they end here, not in the headers."""
    return " ".join(subject.split())


def _hand_over(mail: Mail, message: EmailMultiAlternatives, secrets: Secrets) -> None:
    try:
        with mailers["default"] as server:
            leasing.renew(mail)
            server.send_messages([message])
            _record_sent(mail)
    except leasing.LeaseLost:
        logger.warning("Mail %s, attempt %s: another attempt took over.", mail.pk, mail.attempt)
    except (smtplib.SMTPException, OSError) as error:
        words = _without(secrets, _words(error))
        logger.warning("Mail %s, attempt %s: %s", mail.pk, mail.attempt, words.replace(mail.to, "…"))
        record = leasing.record_refusal if _is_temporary(error) else leasing.record_crash
        record(mail, words)


def _record_sent(mail: Mail) -> None:
    """The mail server has it: from here on nothing may put the mail back, or it would go out twice."""
    for seconds in RECORDED_AFTER:
        time.sleep(seconds)
        try:
            leasing.finish(mail, secrets_sealed="", secrets_erased_at=Now() if mail.secrets_sealed else None)
        except (OperationalError, InterfaceError):
            logger.exception("Mail %s was sent, which could not be recorded", mail.pk)
            connection.close()
        else:
            return


def _replies(error: Exception) -> list[tuple[int, str]]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [(code, _text(reply)) for code, reply in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):
        return [(error.smtp_code, _text(error.smtp_error))]
    return []


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply


def _is_temporary(error: Exception) -> bool:
    """Not this mail's fault: 4xx, no server, no connection, our own sign-in there."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError):
        return True
    replies = _replies(error)
    if replies:
        return all(code < 500 for code, _reply in replies)
    return not isinstance(error, smtplib.SMTPNotSupportedError)


def _words(error: Exception) -> str:
    replies = "; ".join(f"{code} {reply}" for code, reply in _replies(error))
    if replies:
        return _("The mail server said: %(reply)s") % {"reply": replies[:300]}
    return _("The mail server could not be reached (%(what)s).") % {"what": type(error).__name__}


def _without(secrets: Secrets, words: str) -> str:
    """Mail servers quote what they refuse, and staff read their replies."""
    for secret in secrets.values():
        words = words.replace(secret, "…")
    return words


def erase_failed_secrets() -> int:
    """Erase the secrets of mails given up long ago; returns how many."""
    old = Mail.objects.failed().filter(finished_at__lt=Now() - FAILED_SECRETS_KEPT_FOR).exclude(secrets_sealed="")
    return old.update(secrets_sealed="", secrets_erased_at=Now())
