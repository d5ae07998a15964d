"""Who may open a page. Anonymous: to the sign-in; the wrong role: 403. A row that is not one's own is 404, and that is
asked of the rows: `get_object_or_404(Session.objects.visible_to(request.user), pk=pk)`."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from accounts.models import User
from accounts.roles import Role

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """Who is asking, for verbs that record it; nobody is refused."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def role_required[**P](*roles: Role) -> Callable[[View[P]], View[P]]:
    """Only those who hold one of these roles. For staff's own pages use `staff_required`, which asks for more."""

    def decorator(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not set(roles) & set(request.user.roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorator


def staff_required[**P](view: View[P]) -> View[P]:
    """Only staff who have shown their second factor; whoever has none yet is led to set it up."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return way_to_staff_pages(request, request.get_full_path()) or view(request, *args, **kwargs)

    return guarded


def is_staff_with_second_factor(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff and has_second_factor(request))


def has_second_factor(request: HttpRequest) -> bool:
    """Has this person used the authenticator app, or a recovery code, in this session and within the working day?"""
    if not request.user.is_authenticated or not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return False
    since = time.time() - settings.SECOND_FACTOR_AGE
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record["at"] > since for record in records)


def way_to_staff_pages(request: HttpRequest, target: str) -> HttpResponse | None:
    """What still stands between this person and a page of staff: the next step, or None when nothing does."""
    if not request.user.is_authenticated:
        return redirect_to_login(target)
    if not request.user.is_staff:
        raise PermissionDenied
    if has_second_factor(request):
        return None
    has_one = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    step = resolve_url("mfa_reauthenticate" if has_one else "mfa_activate_totp")
    return HttpResponseRedirect(f"{step}?{urlencode({'next': target})}")
