"""For who gives sessions: one's own, and what each asks for before, at the door and after."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import person, role_required
from accounts.roles import Role
from rendering.qr import qr_svg
from trainings import doors
from trainings import teaching as given
from trainings.models import Session


@never_cache
@require_safe
@role_required(Role.TRAINER)
def teaching(request: HttpRequest) -> HttpResponse:
    coming, past = given.sessions_of(person(request), timezone.now())
    return render(request, "trainings/teaching.html", {"coming": coming, "past": past})


@never_cache
@require_safe
@role_required(Role.TRAINER)
def teaching_session(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The numbers of one, its door, its papers."""
    session = get_object_or_404(Session.objects.taught_by(person(request)).with_names(), uid=uid)
    taught = given.taught(session, timezone.now())
    context = {
        "programme": session.programme,
        "session": session,
        "view": taught.view,
        "taught": taught,
        "evenings": given.evenings(session),
        "qr": qr_svg(doors.url(session), _("QR code: leads to the page of the door")),
    }
    return render(request, "trainings/teaching_session.html", context)
