"""The cities of a campaign on one grid, edited in place; a city on a page of its own, with its notes and what became of it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import person
from outbox.admin import ReadOnlyAdmin
from programmes import engaging
from programmes.admin import downloads, letters_page, pasting_page
from programmes.admin.forms import BeginForm, NoteForm, RowForm, WholeRowForm
from programmes.admin.grid import Grid, grid_of, owners
from programmes.models import City, Engagement

GRID = "admin:programmes_engagement_changelist"
CHANGE = "programmes.change_engagement"


@admin.register(Engagement)
class EngagementAdmin(ReadOnlyAdmin):
    """Its list is the grid, its page one city; every change goes through the verbs of engaging."""

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own: list[tuple[str, str, Any]] = [
            ("<int:pk>/keep/", "keep", require_POST(partial(keep, self))),
            ("begin/", "begin", require_POST(partial(begin, self))),
            ("download/", "download", require_safe(partial(downloads.download, self))),
            ("letters/", "letters", require_http_methods(["GET", "HEAD", "POST"])(partial(letters_page.page, self))),
            ("letters/<int:pk>/", "letters_file", require_safe(partial(letters_page.file, self))),
            ("paste/", "paste", require_http_methods(["GET", "HEAD", "POST"])(partial(pasting_page.paste, self))),
        ]
        named = [path(route, guarded(view), name=f"programmes_engagement_{name}") for route, name, view in own]
        return [*named, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return shown(self, request, grid_of(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One city: its row with how to reach it, its notes, what became of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        return city_page(self, request, get_object_or_404(Engagement.objects.with_names(), pk=object_id))


def may_change(request: HttpRequest) -> bool:
    return request.user.has_perm(CHANGE)


def require_change(request: HttpRequest) -> None:
    if not may_change(request):
        raise PermissionDenied


# The grid


def shown(pages: Any, request: HttpRequest, grid: Grid, *, status: int = 200) -> TemplateResponse:
    page = grid.page
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": _("Engagement of the cities"),
        "is_nav_sidebar_enabled": False,
        "grid": grid,
        "page": page,
        "rows": grid.forms(page),
        "cities": _cities_to_begin(grid) if may_change(request) else [],
        "may_change": may_change(request),
    }
    return TemplateResponse(request, "admin/programmes/engagement/grid.html", context, status=status)


def _cities_to_begin(grid: Grid) -> list[str]:
    """What may still be taken into the campaign."""
    if grid.campaign is None:
        return []
    cities = City.objects.offered().filter(programme=grid.campaign.programme_id)
    return [city.name for city in cities.exclude(engagements__campaign=grid.campaign)]


def keep(pages: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """A row of the grid as it stands in the browser: kept at once with script, by its button without."""
    require_change(request)
    row = get_object_or_404(Engagement.objects.with_names(), pk=pk)
    form = RowForm(request.POST, row=row, owners=owners())
    told = _kept(request, form)
    status = 200 if not told else 409 if form.is_valid() else 422
    if request.htmx:  # type: ignore[attr-defined]  # HtmxMiddleware
        return _said_beside(pages, request, form, told, status)
    if status == 422:
        return shown(pages, request, grid_of(request, form), status=status)
    if told:
        messages.error(request, f"{row.city}: {told}")
    else:
        messages.success(request, _("%(city)s: kept.") % {"city": row.city})
    return _back(request, f"#row-{row.pk}")


def _kept(request: HttpRequest, form: RowForm) -> str:
    """Writes the row; what is to be told where it was not."""
    if not form.is_valid():
        return " ".join(form.mistakes)
    revision = request.POST.get("revision", "")
    if not revision.isdecimal():
        return _("The page was not complete. Open it again.")
    try:
        form.row = engaging.change(engagement=form.row, values=form.values, by=person(request), revision=int(revision))
    except engaging.ChangedMeanwhile as refusal:
        return overtaken(form, refusal.current)
    except ValidationError as error:
        form.blame(error)
        return " ".join(form.mistakes)
    form.is_kept = True
    return ""


def overtaken(form: RowForm, current: Engagement) -> str:
    """That somebody else was faster, and what of one's own is not kept."""
    now = {name: getattr(current, name) for name in form.fields}
    lost = [
        f"{form.fields[name].label}: {_as_words(form, name)}"
        for name, value in form.values.items()
        if name in form.changed_data and value != now[name]
    ]
    words = _("Somebody changed this row since you opened the page, so yours was not kept.")
    return f"{words} {_('You had:')} {'; '.join(lost)}" if lost else words


def _as_words(form: RowForm, name: str) -> str:
    return str(dict(getattr(form.fields[name], "choices", ())).get(form[name].data, form[name].data)) or "—"


def _said_beside(pages: Any, request: HttpRequest, form: RowForm, told: str, status: int) -> HttpResponse:
    grid = grid_of(request)
    context = {"form": form, "row": form.row, "told": told, "grid": grid, "may_change": True}
    return TemplateResponse(request, "admin/programmes/engagement/grid.html#beside", context, status=status)


def begin(pages: Any, request: HttpRequest) -> HttpResponse:
    """One more city in the campaign that is looked at."""
    require_change(request)
    grid = grid_of(request)
    if grid.campaign is None:
        raise Http404
    form = BeginForm(request.POST, campaign=grid.campaign)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["city"])))
        return _back(request)
    row = engaging.engage(campaign=grid.campaign, city=form.cleaned_data["city"], by=person(request))
    messages.success(request, _("%(city)s stands in the grid.") % {"city": row.city})
    return HttpResponseRedirect(reverse(GRID) + f"?{urlencode({'campaign': grid.campaign.pk})}#row-{row.pk}")


def _back(request: HttpRequest, place: str = "") -> HttpResponse:
    query = grid_of(request).address
    return HttpResponseRedirect(reverse(GRID) + (f"?{query}" if query else "") + place)


# One city


def city_page(pages: Any, request: HttpRequest, row: Engagement) -> HttpResponse:
    """POST keeps the row, or adds a note."""
    form: RowForm = WholeRowForm(row=row, owners=owners())
    note = NoteForm(initial={"on": timezone.localdate()})
    if request.method == "POST":
        require_change(request)
        form, note, told = _posted(request, row, form, note)
        if told:
            messages.success(request, told)
            return HttpResponseRedirect(request.path)
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": row.city.name,
        "subtitle": row.campaign.name,
        "row": row,
        "form": form,
        "note": note,
        "notes": row.notes.select_related("by"),
        "changes": row.state_changes.select_related("by"),
        "may_change": may_change(request),
    }
    status = 422 if form.errors or note.errors else 200
    return TemplateResponse(request, "admin/programmes/engagement/city.html", context, status=status)


def _posted(request: HttpRequest, row: Engagement, form: RowForm, note: NoteForm) -> tuple[RowForm, NoteForm, str]:
    """The forms as they are now, and what was done."""
    if "text" in request.POST:
        note = NoteForm(request.POST)
        if not note.is_valid():
            return form, note, ""
        engaging.note(engagement=row, by=person(request), **note.cleaned_data)
        return form, note, _("The note is kept.")
    form = WholeRowForm(request.POST, row=row, owners=owners())
    told = _kept(request, form)
    if told and not form.errors:
        form.add_error(None, told)
    return form, note, "" if told else _("%(city)s: kept.") % {"city": row.city}
