"""The self-diagnostic in the room of a session: the code on its screen, who may show it, and devices that go from hand to hand."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from allauth.core.internal import ratelimit  # the public function counts no GETs, and can't take a try back
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from diagnostics import links
from diagnostics.resuming import TooManyTries, UnknownCode
from programmes.models import Programme
from trainings import doors
from trainings.models import Session

CODE_LENGTH = 6
SALT = "diagnostics.room"
# In the browser's session: the room and the programme of a device that goes from hand to hand.
SHARED = "shared_room"


# The code on the screen: made from the secret key and the session's uid, stored nowhere


def code_of(session: Session, secret: str | None = None) -> str:
    """Six letters and digits (30 bits) that are not mistaken for one another."""
    digest = salted_hmac("diagnostics.room.code", session.uid.hex, secret=secret, algorithm="sha256").digest()
    return "".join(links.CODE_ALPHABET[byte % len(links.CODE_ALPHABET)] for byte in digest[:CODE_LENGTH])


def shown(code: str) -> str:
    """In two groups, as it is read aloud."""
    return f"{code[:3]} {code[3:]}"


def url(session: Session) -> str:
    """What the QR says."""
    return settings.BASE_URL + reverse("diagnostics:join", args=[code_of(session)])


def typed_address(path: str) -> str:
    """As it is typed by who scans no QR."""
    return (settings.BASE_URL + path).partition("://")[2].rstrip("/")


def is_open(session: Session, at: datetime) -> bool:
    """As long as its door: from the day before to two days after."""
    return doors.standing(session, at) == doors.Standing.OPEN


def by_code(request: HttpRequest, typed: str, at: datetime | None = None) -> Session:
    """The session in whose room this code is shown. Only what is wrong counts as a try.

    Raises UnknownCode, also where the room is closed, or TooManyTries.
    """
    tries = ratelimit.consume(request, app="allauth.account", action="room_code", limit_get=True)
    if not tries:
        raise TooManyTries
    code = links.typed(typed)
    found = next((session for session in _open_ones(at or timezone.now()) if code in _codes_of(session)), None)
    if found is None:
        raise UnknownCode
    tries.rollback()
    return found


def _open_ones(at: datetime) -> Iterator[Session]:
    near = Session.objects.filter(
        starts_at__lt=doors.midnight(at, doors.DAYS_BEFORE + 1), ends_at__gte=doors.midnight(at, -doors.DAYS_AFTER)
    )
    return (session for session in near.select_related("programme") if is_open(session, at))


def _codes_of(session: Session) -> set[str]:
    """Those of old secret keys too: they may stand on paper."""
    return {code_of(session, secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]}


# From the code to the start: the address carries the session, signed, so that nothing is kept and nothing can be guessed


def start_path(session: Session) -> str:
    return reverse("diagnostics:start", args=[session.programme.code], query={"room": token_of(session)})


def token_of(session: Session) -> str:
    return signing.dumps(session.uid.hex, salt=SALT)


def carried_by(request: HttpRequest, programme: Programme, at: datetime | None = None) -> Session | None:
    """The session that is carried to this start, by its address or because the device is shared in its room.

    None when there is none, or its room has closed: the diagnostic is then one like any other.
    """
    session = _signed(request.GET.get("room") or room_of_device(request))
    is_here = session and session.programme_id == programme.pk and is_open(session, at or timezone.now())
    return session if is_here else None


def _signed(token: str) -> Session | None:
    try:
        uid = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    return Session.objects.select_related("programme", "topic", "host").filter(uid=uid).first()


# Who may show it


def shown_by(request: HttpRequest, uid: UUID, at: datetime | None = None) -> Session | None:
    """The session, for who may enter by its door; None for a visitor who would have to sign in first. Raises Http404.

    What the PIN on the sheet opens, it opens as long as the door itself.
    """
    session = Session.objects.with_names().filter(uid=uid).first()
    has_login = request.user.is_authenticated
    is_time = has_login or (session is not None and is_open(session, at or timezone.now()))
    if session and is_time and doors.may_enter(request, session):
        return session
    if has_login:
        raise Http404("No session of one's own.")
    return None


# Devices that go from hand to hand


def room_of_device(request: HttpRequest) -> str:
    """The room in which this device is shared, as its address carries it; "" for a device of one's own."""
    shared: dict[str, str] = request.session.get(SHARED, {})
    return shared.get("room", "")


def pass_on(request: HttpRequest) -> None:
    """This browser forgets all that it holds, and the sign-in with it. A shared device stays in its room."""
    _forget(request, request.session.get(SHARED, {}))


def begin_sharing(request: HttpRequest, session: Session) -> None:
    """From now on each person here is asked to keep the result, and then forgotten."""
    _forget(request, {"room": token_of(session), "programme": session.programme.code})


def end_sharing(request: HttpRequest) -> None:
    _forget(request, {})


def _forget(request: HttpRequest, shared: dict[str, str]) -> None:
    request.session.flush()
    if shared:
        request.session[SHARED] = shared
