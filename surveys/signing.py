"""The slip: what somebody wants next, signed. It becomes tasks for staff and interest in topics."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User, normalised_address
from businesses.models import Call
from outbox import past
from outbox.mail import BadAddress
from programmes.models import City
from surveys.inviting import Head
from surveys.models import Slip
from trainings import interests
from trainings.models import Interest, Topic

SALT = "surveys.slip"
AGE_DAYS = 365
# What becomes a line on the call list of staff; the words stand on it.
TASKS: dict[str, Promise] = {
    "call": _("wants a call"),
    "small-group": _("wants a small group, of five at most"),
    "help": _("wants help on the spot"),
    "topics": _("wants a training"),
}


class AlreadySigned(Exception):
    """This person has signed a slip for this session already."""


def slip_of(head: Head) -> Slip | None:
    return Slip.objects.filter(registration=head.registration, is_helper=head.is_helper).first()


@transaction.atomic
def sign(
    *,
    head: Head,
    name: str,
    language: str,
    topics: Sequence[Topic] = (),
    wants_call: bool = False,
    wants_small_group: bool = False,
    wants_help: bool = False,
    reason: str = "",
    phone: str = "",
    may_contact: bool = False,
    by: User | None = None,
    at: datetime | None = None,
) -> Slip:
    """A reason says that nothing is wanted. Raises AlreadySigned, with nothing kept."""
    now = at or past.now()
    row = head.registration
    wishes = {"wants_call": wants_call, "wants_small_group": wants_small_group, "wants_help": wants_help}
    said = {"name": name, "phone": phone, "language": language, "signed_at": now, "written_by": by}
    slip, is_new = Slip.objects.get_or_create(
        registration=row,
        is_helper=head.is_helper,
        defaults={
            "person": None if head.is_helper else row.person,
            "business": row.business,
            **said,
            **wishes,
            "wants_nothing": bool(reason),
            "reason": reason,
            "contact_agreed_at": now if may_contact else None,
        },
    )
    if not is_new:
        raise AlreadySigned
    slip.topics.set(topics)
    _ask_staff(slip, [*_tasks(slip), *_topics_without_mail(slip, topics, now)], topics)
    return slip


def _tasks(slip: Slip) -> list[str]:
    wanted = {"call": slip.wants_call, "small-group": slip.wants_small_group, "help": slip.wants_help}
    return [task for task, is_wanted in wanted.items() if is_wanted]


def _topics_without_mail(slip: Slip, topics: Sequence[Topic], at: datetime) -> list[str]:
    """Each topic becomes an interest, of the login or of the e-mail; whom no mail reaches becomes one task more."""
    if not topics:
        return []
    city, session = _city(slip), slip.registration.session
    user, email = slip.person.user if slip.person else None, _email(slip)
    if not (user or email):
        return ["topics"]
    try:
        for topic in topics:
            interests.ask(topic=topic, city=city, language=slip.language, user=user, email=email, after=session, at=at)
    except BadAddress:
        return ["topics"]
    return []


def _email(slip: Slip) -> str:
    """Of who signed; empty where a login says who it is."""
    return slip.person.email if slip.person and not slip.person.user else ""


def waits_for_a_click(slip: Slip) -> bool:
    """Whether a topic that was ticked stands only once the mail about it is answered."""
    wanted = Interest.objects.pending().filter(topic__in=slip.topics.all())
    return wanted.filter(email=normalised_address(_email(slip))).exists()


def _city(slip: Slip) -> City:
    """Of the shop where that is known, else where the session was."""
    own = slip.business.city if slip.business else None
    return own or slip.registration.session.host


def _ask_staff(slip: Slip, tasks: Iterable[str], topics: Sequence[Topic]) -> None:
    """In the language of staff."""
    with translation.override(settings.LANGUAGE_CODE):
        Call.objects.bulk_create(
            [
                Call(
                    person=slip.registration.person,
                    about=_about(slip, task, topics)[:250],
                    template="surveys/slip",
                    language=slip.language,
                    ids={"slip": slip.pk},
                    key=f"{subject(slip)}{task}",
                    asked_at=slip.signed_at,
                )
                for task in tasks
            ]
        )


def _about(slip: Slip, task: str, topics: Sequence[Topic]) -> str:
    which = ", ".join(topic.title for topic in topics) if task == "topics" else ""
    parts = [f"{slip.signer} {TASKS[task]}", which, slip.registration.session.title, slip.phone]
    return " · ".join(part for part in parts if part)


def subject(slip: Slip) -> str:
    """How the keys of all that is told about it begin."""
    return f"slip/{slip.pk}/"


# Six weeks later: the link under which one says what came of it


def token_of(slip: Slip) -> str:
    return signing.dumps(slip.uid.hex, salt=SALT)


def slip_with(token: str) -> Slip | None:
    """Whose link it is; None for one that was changed or is too old."""
    try:
        uid = UUID(signing.loads(token, salt=SALT, max_age=AGE_DAYS * 86400))
    except (signing.BadSignature, ValueError):
        return None
    return Slip.objects.with_names().filter(uid=uid).first()


@transaction.atomic
def tell(*, slip: Slip, outcome: str, reason: str = "", at: datetime | None = None) -> Slip:
    """What came of it; told again it is corrected."""
    is_not = outcome == Slip.Outcome.NOT
    slip.outcome, slip.outcome_reason = Slip.Outcome(outcome), Slip.Reason(reason) if is_not else ""
    slip.outcome_at = at or past.now()
    slip.save(update_fields=["outcome", "outcome_reason", "outcome_at"])
    return slip


def url_of(slip: Slip) -> str:
    return settings.BASE_URL + reverse("surveys:outcome", args=[token_of(slip)])
