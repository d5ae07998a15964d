from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import person
from accounts.models import User
from figures.counting import Rows
from figures.definition import Definition
from figures.once import reading_once
from programmes.models import OFFERED_AS, Campaign, Programme
from rendering.downloads import FORMS, table_file
from rendering.workbooks import Sheet
from reports import registry
from reports.access import may_see_rows, readers_only
from reports.behind import columns, lines, link_of, read, row_of
from reports.comparing import Comparison, compare
from reports.downloads import breakdown_file
from reports.forms import BackForm, NarrowForm
from reports.meanwhile import Meanwhile, holding, may_look_back, since_day, since_release
from reports.models import Release
from reports.parting import breakdowns_for
from reports.presenting import ROWS, FigureView

A_PAGE = 50


@never_cache
@require_safe
@readers_only
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """All figures by what they are about, with a search."""
    typed = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "programme": OFFERED_AS.get_or_404(code=code),
        "sections": registry.found_by(typed),
        "typed": typed,
    }
    if not may_see_rows(person(request)):
        context |= {"in_releases": registry.in_releases(), "release": _latest(context["programme"], person(request))}
    return render(request, "reports/figures.html", context)


@never_cache
@require_safe
@readers_only
@reading_once()
def figure(request: HttpRequest, code: str, figure: str) -> HttpResponse:
    """One figure: value, sentence, trend, definition, breakdowns, what came since a report; for staff the rows."""
    form, user = _form(request, code, figure), person(request)
    context: dict[str, Any] = {"programme": form.programme, "definition": form.definition, "form": form}
    if form.is_valid():
        view = _view(request, form, user)
        context |= {"view": view, "comparison": _comparison(request, view), "campaigns": _campaigns(view)}
        context |= {"is_same_twice": _is_same_twice(request), "release": _in_release(view, user)}
        context |= _looking_back(request, form, view, user)
        if may_see_rows(user):
            context |= {"reads_rows": True, **_rows(request, view, user)}
    is_understood = form.is_valid() and not context.get("back", form).errors
    return render(request, "reports/figure.html", context, status=200 if is_understood else 422)


@never_cache
@require_safe
@readers_only
@reading_once()
def figure_table(request: HttpRequest, code: str, figure: str, by: str, form: str) -> HttpResponseBase:
    """One breakdown as a file, under the filters of the address."""
    narrow, user = _form(request, code, figure), person(request)
    definition = narrow.definition
    if by == ROWS and form in FORMS and definition.rows and may_see_rows(user) and narrow.is_valid():
        return _rows_file(definition.rows, narrow, form)
    if form not in FORMS or by not in _breakdowns(definition, user) or not narrow.is_valid():
        raise Http404
    view = _view(request, narrow, user)
    table = view.table(by)
    name = f"{code}-{definition.code}-{by}-{timezone.localdate(view.filters.as_of)}"
    facts = [*view.facts, *((_("Note"), note) for note in table.notes)]
    return breakdown_file(definition, table.parts, facts, title=table.head, name=name, form=form, at=view.filters.as_of)


def _rows_file(rows: Rows, narrow: NarrowForm, form: str) -> HttpResponseBase:
    definition, filters = narrow.definition, narrow.filters()
    name = f"{narrow.programme.code}-{definition.code}-rows-{timezone.localdate(filters.as_of)}"
    sheet = Sheet(str(definition.name), columns(), lines(rows(filters)))
    return table_file(sheet, form, title=sheet.name, name=name)


def _breakdowns(definition: Definition, user: User) -> tuple[str, ...]:
    return breakdowns_for(definition, is_public=not may_see_rows(user))


def _form(request: HttpRequest, code: str, figure: str) -> NarrowForm:
    programme, definition = OFFERED_AS.get_or_404(code=code), registry.definition_of(figure)
    if definition is None:
        raise Http404
    return NarrowForm(request.GET, programme=programme, definition=definition, is_free=may_see_rows(person(request)))


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
    """To compare with; none where the figure knows no campaigns, or has one whole in each."""
    found = Campaign.objects.filter(programme=view.programme).order_by("-starts_on")
    return [*found] if view.is_compared else []


def _comparison(request: HttpRequest, view: FigureView) -> Comparison | None:
    codes = [request.GET.get(name, "") for name in ("first", "second")]
    by_code = {each.code: each for each in _campaigns(view)} if all(codes) else {}
    if not by_code.keys() >= {*codes} or codes[0] == codes[1]:
        return None
    first, second = (by_code[each] for each in codes)
    return compare(view.definition, view.filters, first, second, is_public=view.is_public)


def _is_same_twice(request: HttpRequest) -> bool:
    return bool(request.GET.get("first")) and request.GET.get("first") == request.GET.get("second")


def _in_release(view: FigureView, user: User) -> Release | None:
    return _latest(view.programme, user) if view.is_in_releases else None


def _latest(programme: Programme, user: User) -> Release | None:
    """The report about the whole programme that was made last."""
    found = Release.objects.visible_to(user).filter(programme=programme, city=None, grouping=None)
    return found.with_names().defer("content").latest_first().first()


def _looking_back(request: HttpRequest, form: NarrowForm, view: FigureView, user: User) -> dict[str, Any]:
    if not may_look_back(view.definition, is_public=view.is_public):
        return {}
    known = Release.objects.visible_to(user).filter(programme=view.programme)
    offered = holding(form, view.filters, known, request.GET.get("release", ""))
    back = BackForm(request.GET, known=known.with_names(), offered=offered, is_free=not view.is_public)
    return {"back": back, "meanwhile": _meanwhile(back, view)}


def _meanwhile(back: BackForm, view: FigureView) -> Meanwhile | None:
    asked = back.cleaned_data if back.is_valid() else {}
    if release := asked.get("release"):
        return since_release(view.definition, release)
    day = asked.get("report")
    return since_day(view.definition, view.filters, day) if day else None


def _rows(request: HttpRequest, view: FigureView, user: User) -> dict[str, Any]:
    if view.definition.rows is None or view.way != ROWS:
        return {}
    rows = view.definition.rows(view.filters)
    page = Paginator(rows.values_list("pk", flat=True), A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "rows": [(row_of(row), link_of(row, user)) for row in read(rows.model, [*page])]}
