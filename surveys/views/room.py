"""At the end of a session: the QR on the screen, and the codes of those who are there. For who may enter by the door."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from diagnostics import rooms
from diagnostics.views.room import led_by_code
from rendering.qr import qr_svg
from surveys import counting, inviting
from trainings.models import Session
from trainings.presenting import SessionView


@login_not_required  # who typed the PIN of the door has no login; rooms.shown_by asks the others for theirs
@never_cache
@require_safe
def screen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How to answer, on the day of the session, and how many have: never a name, never an answer."""
    session = rooms.shown_by(request, uid)
    if session is None:
        return redirect_to_login(request.get_full_path())
    context = _context(session) | {
        "qr": qr_svg(settings.BASE_URL + _enter_path(session), _("QR code: leads to the survey of this session")),
        "address": rooms.typed_address(reverse("surveys:join")),
        "code": rooms.shown(rooms.code_of(session)),
        "turnout": counting.turnout_of(session),
    }
    return render(request, "surveys/screen.html", context)


@login_not_required  # the code on the screen is the key
@never_cache
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Where the QR leads, for who types: the code on the screen opens the survey of its session."""
    return led_by_code(request, request.GET.get("code", ""), _enter_path, "surveys/join.html")


def _enter_path(session: Session) -> str:
    return reverse("surveys:enter", args=[session.uid])


@login_not_required  # as the screen
@never_cache
@require_safe
def codes(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The code of each head that is there, to be said or written down at check-in.

    On the session's own days only: afterwards who gives it would hold every key to what is said of it.
    """
    session = rooms.shown_by(request, uid)
    if session is None:
        return redirect_to_login(request.get_full_path())
    context = _context(session)
    heads = inviting.heads_of(session) if context["is_today"] else []
    given = [(head, inviting.code_of(head.registration, is_helper=head.is_helper)) for head in heads]
    return render(request, "surveys/codes.html", context | {"given": given})


def _context(session: Session) -> dict[str, object]:
    now = timezone.now()
    return {
        "programme": session.programme,
        "session": session,
        "view": SessionView(session, now),
        "is_today": session.is_on_the_day(now),
    }
