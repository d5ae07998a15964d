"""What was done in the cities and how many came through it, for staff and the ministry."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programmes.models import OFFERED_AS, Campaign, Programme
from rendering.downloads import FORMS, table_file
from reports import turnout
from reports.access import readers_only
from reports.ordering import Ordered

TABLES: Mapping[str, Callable[[Campaign, str], Ordered[Any]]] = {
    turnout.KINDS: turnout.table_of_kinds,
    turnout.ACTIONS: turnout.table_of_actions,
}


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
        "kinds": turnout.table_of_kinds(campaign, request.GET.get(turnout.KINDS, "")),
        "actions": turnout.table_of_actions(campaign, request.GET.get(turnout.ACTIONS, "")),
        "definitions": turnout.definitions(of_actions=True),
    }
    return render(request, "reports/turnout.html", context)


@never_cache
@require_safe
@readers_only
def overview_file(request: HttpRequest, code: str, table: str, form: str) -> HttpResponseBase:
    """One of the two tables, in the order in which it stands on the page."""
    campaign = _campaign(request, OFFERED_AS.get_or_404(code=code))
    if form not in FORMS or table not in TABLES:
        raise Http404
    found = TABLES[table](campaign, request.GET.get(table, ""))
    name = f"{code}-{campaign.code}-turnout-{table}-{timezone.localdate()}"
    return table_file(found.sheet(), form, title=_("What brought people, and how many"), name=name)


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
