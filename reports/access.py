"""Who reads figures: programme staff and administrators with their second factor, who also see the rows; the ministry, without.
Reports are read by officials too: which of them is asked of the rows."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.access import way_to_staff_pages
from accounts.models import User
from accounts.roles import Role

type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
OF_STAFF = frozenset({Role.PROGRAMME_STAFF, Role.ADMINISTRATOR})


def readers_only[**P](view: Page[P]) -> Page[P]:
    return _guarded(view, reads_figures)


def report_readers_only[**P](view: Page[P]) -> Page[P]:
    return _guarded(view, reads_reports)


def _guarded[**P](view: Page[P], may_read: Callable[[User], bool]) -> Page[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if may_see_rows(user):
            return way_to_staff_pages(request, request.get_full_path()) or view(request, *args, **kwargs)
        if not may_read(user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def reads_reports(user: User) -> bool:
    return reads_figures(user) or Role.CITY_OFFICIAL in user.roles


def reads_figures(user: User) -> bool:
    """Of all cities, and their reports."""
    return may_see_rows(user) or Role.MINISTRY_READER in user.roles


def may_see_rows(user: User) -> bool:
    """Staff; on the pages guarded here they have shown their second factor."""
    return user.is_staff and bool(OF_STAFF & set(user.roles))
