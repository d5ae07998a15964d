from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import person
from accounts.models import User
from figures.definition import Definition
from programmes.models import Campaign, Programme
from reports import registry
from reports.access import may_see_rows, readers_only
from reports.comparing import Comparison, compare
from reports.downloads import FORMS, download
from reports.forms import NarrowForm
from reports.meanwhile import Meanwhile, meanwhile
from reports.parting import TITLES, breakdowns_for
from reports.presenting import ROWS, FigureView, row_of

A_PAGE = 50


@never_cache
@require_safe
@readers_only
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """All figures by what they are about, with a search."""
    typed = request.GET.get("q", "").strip()
    context = {
        "programme": _programme(code),
        "sections": registry.found_by(typed),
        "typed": typed,
    }
    return render(request, "reports/figures.html", context)


@never_cache
@require_safe
@readers_only
def figure(request: HttpRequest, code: str, figure: str) -> HttpResponse:
    """One figure: value, sentence, trend, definition, breakdowns; for staff the rows, and what came between."""
    programme, definition, user = _programme(code), _definition(figure), person(request)
    form = _form(request, programme, definition, user)
    context: dict[str, Any] = {
        "programme": programme,
        "definition": definition,
        "form": form,
        "reads_rows": may_see_rows(user),
    }
    if form.is_valid():
        view = _view(request, form, user)
        context |= {"view": view, "comparison": _comparison(request, view), "campaigns": _campaigns(view)}
        if may_see_rows(user):
            context |= {"meanwhile": _meanwhile(request, view), **_rows(request, view, user)}
    return render(request, "reports/figure.html", context, status=200 if form.is_valid() else 422)


@never_cache
@require_safe
@readers_only
def figure_table(request: HttpRequest, code: str, figure: str, by: str, form: str) -> HttpResponseBase:
    """One breakdown as a file, under the filters of the address."""
    programme, definition, user = _programme(code), _definition(figure), person(request)
    narrow = _form(request, programme, definition, user)
    if form not in FORMS or by not in _breakdowns(definition, user) or not narrow.is_valid():
        raise Http404
    view = _view(request, narrow, user)
    table = view.table(by)
    name = f"{programme.code}-{definition.code}-{by}-{timezone.localdate(view.filters.as_of)}"
    return download(
        definition, table.parts, view.facts, title=str(TITLES[by]), name=name, form=form, at=view.filters.as_of
    )


def _breakdowns(definition: Definition, user: User) -> tuple[str, ...]:
    return breakdowns_for(definition, is_public=not may_see_rows(user))


def _programme(code: str) -> Programme:
    return get_object_or_404(Programme.objects.offered(), code=code)


def _definition(code: str) -> Definition:
    found = registry.definition_of(code)
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, programme: Programme, definition: Definition, user: User) -> NarrowForm:
    return NarrowForm(request.GET, programme=programme, definition=definition, is_free=may_see_rows(user))


def _view(request: HttpRequest, form: NarrowForm, user: User) -> FigureView:
    return FigureView(
        form.definition,
        form.programme,
        form.filters(),
        form.said(),
        is_public=not may_see_rows(user),
        order=request.GET.get("sort", ""),
        by=request.GET.get("by", ""),
    )


def _campaigns(view: FigureView) -> list[Campaign]:
    """To compare with; none where the figure knows no campaigns."""
    found = Campaign.objects.filter(programme=view.programme).order_by("-starts_on")
    return [*found] if "campaign" in view.definition.accepts and not view.is_in_releases else []


def _comparison(request: HttpRequest, view: FigureView) -> Comparison | None:
    codes = [request.GET.get(name, "") for name in ("first", "second")]
    by_code = {each.code: each for each in _campaigns(view)} if all(codes) else {}
    if not by_code.keys() >= {*codes} or codes[0] == codes[1]:
        return None
    first, second = (by_code[each] for each in codes)
    return compare(view.definition, view.filters, first, second, is_public=view.is_public)


def _meanwhile(request: HttpRequest, view: FigureView) -> Meanwhile | None:
    day = _day(request.GET.get("report", ""))
    return meanwhile(view.definition, view.filters, day) if day and day < timezone.localdate() else None


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None


def _rows(request: HttpRequest, view: FigureView, user: User) -> dict[str, Any]:
    if view.definition.rows is None or view.way != ROWS:
        return {}
    page = Paginator(view.definition.rows(view.filters), A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "rows": [row_of(row, user) for row in page]}
