"""Signing in with a code sent by mail, one way for all: whether the address is known is asked only once its code has come
back. Until then the portal does the same work, and gives the same answer, for a stranger as for an old hand.

allauth has this process for known addresses and another one for signing up; the steps here are its own."""

import hmac
import time
from dataclasses import asdict, dataclass
from typing import Self

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.mailing import queue_sign_in_code
from accounts.models import User, normalised_address
from rendering.languages import read_in

SESSION_KEY = "sign_in"


class TooManyTries(Exception):
    """Too many codes were asked for, or too many wrong ones typed. Says so in the person's language."""


class WrongCode(Exception):
    """Not the code that was sent. Says so in the person's language."""


@dataclass
class PendingSignIn:
    """A code on its way. The session keeps this; of the code it keeps a fingerprint only."""

    email: str
    code: str
    sent_at: float

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """The sign-in that this browser has begun, unless its code has expired."""
        pending = cls(**request.session[SESSION_KEY]) if SESSION_KEY in request.session else None
        if pending and time.time() - pending.sent_at > app_settings.LOGIN_BY_CODE_TIMEOUT:
            end(request)
            return None
        return pending

    def keep(self, request: HttpRequest) -> None:
        request.session[SESSION_KEY] = asdict(self)

    def is_opened_by(self, code: str) -> bool:
        return hmac.compare_digest(self.code, _fingerprint(self.email, code))


def send_code(request: HttpRequest, address: str) -> None:
    """Begins a sign-in, or begins it anew: the code sent before no longer works."""
    email = normalised_address(address)
    if not ratelimit.consume(request, action="request_login_code", key=email):
        raise TooManyTries(_("Too many codes were asked for. Wait a few minutes, then try again."))
    code = get_adapter().generate_login_code()
    queue_sign_in_code(email, code)
    PendingSignIn(email=email, code=_fingerprint(email, code), sent_at=time.time()).keep(request)


def sign_in(request: HttpRequest, pending: PendingSignIn, code: str, *, target: str | None) -> HttpResponse:
    """Signs in whoever has the right code, for the first time perhaps, and leads to `target`, by way of the second factor
    if there is one. Tries are counted in the cache, under its lock: a session read by many requests at once would forget."""
    if not ratelimit.consume(request, action="confirm_login_code", key=pending.code):
        end(request)
        raise TooManyTries(_("Too many wrong codes. Ask for a new one."))
    if not pending.is_opened_by(code):
        raise WrongCode(_("This code is not right. Look again, or ask for a new one."))
    end(request)
    user = User.objects.of_address(pending.email, language=read_in())
    record_authentication(request, user, method="code", email=pending.email)
    response: HttpResponse = perform_login(request, Login(user=user, email=pending.email, redirect_url=target))
    return response


def end(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _fingerprint(email: str, code: str) -> str:
    return salted_hmac(f"accounts.sign-in:{email}", normalize_user_code(code), algorithm="sha256").hexdigest()
