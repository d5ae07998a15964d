from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from asking.statements import Given, Statement
from diagnostics import access, links, sharing, taking
from diagnostics.models import Diagnostic, Share
from diagnostics.presenting import ResultView
from diagnostics.views.answering import to_first_page
from rendering.languages import read_in
from trainings.finding import next_on_each
from trainings.presenting import SessionView

NEXT_DATES = 2
OPEN_SHARE = Statement(lambda: Share.objects.open().filter(diagnostic=Given("diagnostic")))


@login_not_required
@never_cache
@require_safe
def result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    diagnostic = access.diagnostic_of(request, public_id)
    if not diagnostic.is_completed:
        return redirect("diagnostics:finish", public_id)
    share = OPEN_SHARE.first(diagnostic=diagnostic.pk)
    view = ResultView(diagnostic)
    context = {
        "programme": diagnostic.programme,
        "diagnostic": diagnostic,
        "view": view,
        **_topics(view),
        "code": links.own_code(diagnostic),
        "share_url": share and settings.BASE_URL + reverse("diagnostics:shared", args=[share.token]),
        "is_owner": True,
    }
    return render(request, "diagnostics/result.html", context)


@login_not_required
@never_cache
@require_safe
def shared(request: HttpRequest, token: UUID) -> HttpResponse:
    """The result as somebody else reads it: no button that changes anything."""
    open_shares = Share.objects.open().filter(diagnostic__in=Diagnostic.objects.completed())
    share = get_object_or_404(open_shares, token=token)
    diagnostic = Diagnostic.objects.with_labels().get(pk=share.diagnostic_id)
    view = ResultView(diagnostic)
    context = {
        "programme": diagnostic.programme,
        "diagnostic": diagnostic,
        "view": view,
        **_topics(view),
    }
    return render(request, "diagnostics/result.html", context)


def _topics(view: ResultView) -> dict[str, object]:
    """Each proposed topic with its next sessions nearby: these are of today, the rest of the page of then."""
    now = timezone.now()
    codes = [topic.code for topic in view.topics]
    planned = next_on_each(view.diagnostic.programme, codes, view.diagnostic.city, NEXT_DATES, now)
    topics = [(topic, [SessionView(session, now) for session in planned.get(topic.code, [])]) for topic in view.topics]
    return {"topics": topics, "has_dates": any(sessions for _topic, sessions in topics)}


@login_not_required
@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Do it again, or correct it: a new diagnostic with the last answers filled in."""
    diagnostic = access.completed_of(request, public_id)
    new = taking.start_again(diagnostic=diagnostic, language=read_in())
    access.hold(request, new)
    return to_first_page(new)


@login_not_required
@require_POST
def share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    sharing.share(diagnostic=access.completed_of(request, public_id))
    return redirect(reverse("diagnostics:result", args=[public_id]) + "#keep")


@login_not_required
@require_POST
def unshare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    sharing.revoke(diagnostic=access.completed_of(request, public_id))
    messages.success(request, _("The link no longer opens anything."))
    return redirect(reverse("diagnostics:result", args=[public_id]) + "#keep")
