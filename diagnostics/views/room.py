"""The room of a session: its screen, the page where its code is typed, and devices that go from hand to hand."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from diagnostics import figures, rooms
from diagnostics.resuming import TooManyTries, UnknownCode
from programmes.models import Programme
from rendering.qr import qr_svg
from trainings import doors
from trainings.models import Session
from trainings.presenting import SessionView


@login_not_required  # who typed the PIN of the door has no login; rooms.shown_by asks the others for theirs
@never_cache
@require_safe
def room(request: HttpRequest, uid: UUID) -> HttpResponse:
    """On the screen in front of the room: how to take part, and how many do. No answer, no score, no name."""
    is_partial = "HX-Request" in request.headers
    session = rooms.shown_by(request, uid)
    if session is None:
        return HttpResponseClientRefresh() if is_partial else redirect_to_login(request.get_full_path())
    taken = figures.taken_in_the_room(session)
    if is_partial:
        return render(request, "diagnostics/room.html#counts", {"taken": taken})
    return render(request, "diagnostics/room.html", _on_the_screen(session) | {"taken": taken})


def _on_the_screen(session: Session) -> dict[str, object]:
    now = timezone.now()
    return {
        "programme": session.programme,
        "session": session,
        "view": SessionView(session, now),
        "standing": doors.standing(session, now),
        "window": doors.window(session),
        "qr": qr_svg(rooms.url(session), _("QR code: leads to the self-diagnostic of this session")),
        "code": rooms.shown(rooms.code_of(session)),
        "address": rooms.typed_address(reverse("diagnostics:join")),
    }


@login_not_required
@never_cache
@require_safe
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """From the code on the screen, scanned or typed, to the start of the diagnostic."""
    return led_by_code(request, code or request.GET.get("code", ""), rooms.start_path, "diagnostics/join.html")


def led_by_code(request: HttpRequest, code: str, path_of: Callable[[Session], str], template: str) -> HttpResponse:
    """To the path of the session in whose room this code is shown; else to the page that asks for it."""
    typed = code[:20].strip()
    if not typed:
        return render(request, template)
    try:
        return redirect(path_of(rooms.by_code(request, typed)))
    except UnknownCode:
        return render(request, template, {"typed": typed, "fault": "unknown"}, status=404)
    except TooManyTries:
        return render(request, template, {"typed": typed, "fault": "limited"}, status=429)


@login_not_required
@require_POST
def share_device(request: HttpRequest, code: str) -> HttpResponse:
    """This device goes from hand to hand in a room, or no longer does: it begins with nothing, either way."""
    programme = get_object_or_404(Programme.objects.offered(), code=code)
    session = rooms.carried_by(request, programme)
    if "stop" in request.POST or session is None:
        rooms.end_sharing(request)
    else:
        rooms.begin_sharing(request, session)
    return redirect(rooms.start_path(session) if session else reverse("diagnostics:start", args=[code]))
