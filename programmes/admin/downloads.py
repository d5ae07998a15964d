"""The grid as a file: the rows that are looked at, in their order."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programmes.admin.grid import Grid
from programmes.models import Engagement
from rendering.downloads import CSV, FORMS, lines_file, table_file
from rendering.workbooks import Column, Kind, Sheet


def columns() -> list[Column]:
    """Those that can be pasted back come under the heads that pasting knows."""
    return [
        Column(_("City"), width=22),
        Column(_("Code"), width=9),
        Column(_("Contact"), width=26),
        Column(_("E-mail"), width=28),
        Column(_("Phone"), width=16),
        Column(_("State"), width=16),
        Column(_("Reason of the refusal"), width=24),
        Column(_("Invited"), Kind.DAY, 12),
        Column(_("Invited by"), width=20),
        Column(_("Council decision"), Kind.DAY, 12),
        Column(_("Next action"), Kind.WORDS, 36),
        Column(_("Owner"), width=20),
        Column(_("Due"), Kind.DAY, 12),
        Column(_("Last contact"), Kind.DAY, 12),
    ]


def download(pages: Any, request: HttpRequest) -> HttpResponseBase:
    """`form` is csv or xlsx; the filters are those of the grid."""
    if not pages.has_view_permission(request):
        raise PermissionDenied
    grid, form = Grid(request.GET), request.GET.get("form", "")
    if grid.campaign is None or form not in FORMS:
        raise Http404
    name = f"{slugify(f'{_("cities")} {grid.campaign.name}')[:70]}-{timezone.localdate()}"
    if form == CSV:  # it is pasted back as it is: nothing may stand below its lines
        return lines_file([[column.head for column in columns()], *lines(grid)], name=name)
    return table_file(Sheet(_("Cities"), columns(), lines(grid)), form, title=_("Engagement of the cities"), name=name)


def lines(grid: Grid) -> Iterator[tuple[object, ...]]:
    return (line(row) for row in grid.rows)


def line(row: Engagement) -> tuple[object, ...]:
    return (
        row.city.name,
        row.city.code,
        row.contact,
        row.email,
        row.phone,
        row.get_state_display(),
        row.get_reason_display(),
        row.invited_on,
        str(row.invited_by or ""),
        row.council_on,
        row.next_action,
        str(row.owner or ""),
        row.due_on,
        row.last_contact_on,
    )
