"""The page on which staff see what shops need beside what is planned."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnostics.needs import By, columns, needs_of, table
from programmes.models import Programme
from rendering.downloads import CSV, table_file
from rendering.workbooks import Column, Sheet

# The file has all of them.
MOST_SHOWN = 300


def routes(pages: Any) -> list[URLPattern]:
    guarded = pages.admin_site.admin_view
    return [
        path("needs/", guarded(lambda request: _page(pages, request)), name="diagnostics_diagnostic_needs"),
        path("needs.csv", guarded(_file), name="diagnostics_diagnostic_needs_csv"),
    ]


def _page(pages: Any, request: HttpRequest) -> HttpResponse:
    programme, by = _asked(request)
    needs = needs_of(programme, by, timezone.now()) if programme else None
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": _("What shops need and what is planned"),
        "chosen": programme,
        "programmes": Programme.objects.offered(),
        "by": by,
        "groupings": [(By.BOTH, _("by city and topic")), (By.TOPIC, _("by topic")), (By.CITY, _("by city"))],
        "columns": columns(),
        "needs": needs,
        "lines": needs.lines[:MOST_SHOWN] if needs else [],
        "more": max(len(needs.lines) - MOST_SHOWN, 0) if needs else 0,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/diagnostics/needs.html", context)


def _file(request: HttpRequest) -> HttpResponseBase:
    programme, by = _asked(request)
    if programme is None:
        return HttpResponse(status=404)
    lines = iter(table(needs_of(programme, by, timezone.now())))
    head = next(lines)
    sheet = Sheet(_("What shops need and what is planned"), [Column(str(each)) for each in head], lines)
    return table_file(sheet, CSV, title=sheet.name, name=f"needs-{programme.code}-{timezone.localdate()}")


def _asked(request: HttpRequest) -> tuple[Programme | None, By]:
    """What the address says: a programme, else the first; and how to group. For who may see interests."""
    if not request.user.has_perm("trainings.view_interest"):
        raise PermissionDenied
    code, by = request.GET.get("programme", ""), request.GET.get("by", "")
    programmes = Programme.objects.offered()
    programme = get_object_or_404(programmes, code=code) if code else programmes.first()
    return programme, By(by) if by in set(By) else By.BOTH
