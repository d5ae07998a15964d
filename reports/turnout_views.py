"""What was done in the cities and how many came through it, for staff and the ministry."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programmes.models import OFFERED_AS, Campaign, Programme
from reports import turnout
from reports.access import readers_only
from reports.downloads import FORMS


@never_cache
@require_safe
@readers_only
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """`campaign` in the address is its code; without it the one that runs."""
    programme = OFFERED_AS.get_or_404(code=code)
    campaign = _campaign(request, programme)
    context = {
        "programme": programme,
        "campaign": campaign,
        "campaigns": programme.campaigns.offered().order_by("-starts_on"),
        "turnouts": turnout.by_action(campaign),
        "kinds": turnout.by_kind(campaign),
        "definitions": turnout.definitions(of_actions=True),
    }
    return render(request, "reports/turnout.html", context)


@never_cache
@require_safe
@readers_only
def overview_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404
    return turnout.download(_campaign(request, OFFERED_AS.get_or_404(code=code)), form)


def _campaign(request: HttpRequest, programme: Programme) -> Campaign:
    asked = request.GET.get("campaign", "")
    found = (
        programme.campaigns.offered().filter(code=asked).first()
        if asked
        else programme.campaign_at(timezone.localdate())
    )
    if found is None:
        raise Http404
    return found
