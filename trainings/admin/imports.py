"""Participants from a spreadsheet: the list is brought, its columns named, each row shown with what would come of it, applied by the
worker, and reported; one page tells it all, before and afterwards."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import person
from outbox.files import safe_name
from rendering.downloads import lines_file
from trainings import registering
from trainings.importing import applying, bringing, heads, reading
from trainings.importing.foreseeing import FATES, GOOD, Fate, Foreseen, foresee
from trainings.importing.tables import MOST_BYTES, MOST_ROWS, Unreadable
from trainings.importing.understanding import words_of
from trainings.models import Import, ImportRow, Registration, Session

RIGHT = "trainings.add_import"
ROWS_A_PAGE = 100
# Seconds between two looks while the worker is at it.
REFRESH = 2
EXAMPLES = 3
SEPARATORS = {";": gettext_lazy("semicolons"), ",": gettext_lazy("commas"), "\t": gettext_lazy("tabs"), "|": "|"}
LEFT_OUT = (Fate.DECIDE, Fate.BAD)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("List of participants"),
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
        help_text=gettext_lazy("A CSV file or an Excel workbook (.xlsx), up to %(rows)s rows and %(size)s MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = {"rows": MOST_ROWS, "size": reading.MEGABYTES}
        self.fields["file"].help_text = str(self.fields["file"].help_text) % limits

    def content(self) -> bytes:
        """Raises Unreadable before more is read than is ever taken."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise Unreadable("large", most=reading.MEGABYTES)
        content: bytes = file.read(MOST_BYTES + 1)
        return content


class ColumnsForm(forms.Form):
    """What each column says; one field for each, with its first cells beside."""

    def __init__(self, *args: Any, file: Import, rows: Sequence[ImportRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        width = max((len(row.cells) for row in rows), default=0)
        fields = [("", _("— not read —")), *((field, words_of(field)) for field in heads.FIELDS)]
        named = rows[0].cells if file.head_number and rows else []
        for place in range(width):
            head = (named[place] if place < len(named) else "") or _("Column %(number)s") % {"number": place + 1}
            given = file.columns[place] if place < len(file.columns) else ""
            cells = [row.cells[place] for row in rows[bool(named) :] if place < len(row.cells) and row.cells[place]]
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=head[:80],
                choices=fields,
                initial=given,
                required=False,
                help_text=" · ".join(cell[:40] for cell in cells[:EXAMPLES]),
            )
        self.fields["has_heads"] = forms.BooleanField(
            label=_("The first of these rows names the columns"), initial=bool(file.head_number), required=False
        )

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields if name.startswith("column-")]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not heads.names_somebody(self.columns):
            raise forms.ValidationError(_("Say which column has the names of the participants."))
        return self.cleaned_data


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there are of one fate."""

    fate: str
    words: str
    count: int


def routes(pages: Any) -> list[URLPattern]:
    """Below a session: its lists, one list, its columns, its rows to mend."""
    own: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
        ("imports/", "imports", lists),
        ("imports/<int:number>/", "import", one_list),
        ("imports/<int:number>/columns/", "import_columns", columns),
        ("imports/<int:number>/mend/", "import_mend", to_mend),
    ]
    return [
        path(
            f"<int:pk>/{address}",
            pages.admin_site.admin_view(partial(_opened, pages, view)),
            name=f"trainings_session_{name}",
        )
        for address, name, view in own
    ]


def _opened(
    pages: Any, view: Callable[..., HttpResponseBase], request: HttpRequest, pk: int, number: int | None = None
) -> HttpResponseBase:
    """For who has the right (403), of a session and a list there are (404)."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    session = get_object_or_404(pages.get_queryset(request).select_related("programme"), pk=pk)
    if number is None:
        return view(pages, request, session)
    file = get_object_or_404(Import.objects.of_session(session), pk=number)
    file.session = session
    return view(pages, request, file)


def _page(
    pages: Any, request: HttpRequest, session: Session, template: str, title: str, **context: Any
) -> TemplateResponse:
    frame = {"opts": pages.opts, "row": session, "title": title, "subtitle": str(session), "media": pages.media}
    return TemplateResponse(request, template, {**_frame(pages, request), **frame, **context})


def _frame(pages: Any, request: HttpRequest) -> dict[str, Any]:
    frame: dict[str, Any] = pages.admin_site.each_context(request)
    return frame


def _address(name: str, file: Import) -> str:
    return reverse(f"admin:trainings_session_{name}", args=[file.session_id, file.pk])


def lists(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    """The lists that were brought, and room for another."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["file"].name
            file = bringing.bring(session=session, name=name, content=form.content(), by=person(request))
        except Unreadable as refusal:
            form.add_error("file", reading.words_of(refusal))
        else:
            return HttpResponseRedirect(
                _address("import" if heads.names_somebody(file.columns) else "import_columns", file)
            )
    brought = Import.objects.of_session(session)
    return _page(
        pages,
        request,
        session,
        "admin/trainings/session/imports.html",
        _("Participants from a file"),
        form=form,
        lists=brought,
    )


def columns(pages: Any, request: HttpRequest, file: Import) -> HttpResponse:
    """Which column says what, as far as it is known; what was said before is shown again."""
    rows = [*file.rows.filter(number__gte=file.head_number).order_by("number")[: EXAMPLES + 8]]
    form = ColumnsForm(request.POST or None, file=file, rows=rows)
    if request.method == "POST" and form.is_valid():
        bringing.name_columns(file=file, columns=form.columns, has_heads=form.cleaned_data["has_heads"])
        return HttpResponseRedirect(_address("import", file))
    return _page(
        pages,
        request,
        file.session,
        "admin/trainings/session/import_columns.html",
        _("What each column says"),
        form=form,
        file=file,
    )


def one_list(pages: Any, request: HttpRequest, file: Import) -> HttpResponse:
    if request.method == "POST":
        return _do(request, file)
    if not heads.names_somebody(file.columns):
        return HttpResponseRedirect(_address("import_columns", file))
    job = applying.job_of(file)
    foreseen = foresee(file)
    wanted = request.GET.get("show", "")
    shown = [each for each in foreseen if wanted in ("", each.fate)]
    count = Counter(each.fate for each in foreseen)
    here = _shown(request, shown)
    page = _page(
        pages,
        request,
        file.session,
        "admin/trainings/session/import.html",
        _("Participants from a file"),
        file=file,
        job=job,
        shown=here,
        has_choices=any(each.suggestions for each in here),
        has_made=any(each.row.made_one_that_stands for each in here),
        wanted=wanted,
        tallies=[Tally(fate.value, str(FATES[fate]), count[fate]) for fate in Fate if count[fate]],
        good=sum(count[fate] for fate in GOOD),
        left_out=sum(count[fate] for fate in LEFT_OUT),
        undecided=count[Fate.DECIDE],
        total=len(foreseen),
        **_said_of(file),
    )
    if job and job.is_open:
        page["Refresh"] = str(REFRESH)
    return page


def _shown(request: HttpRequest, foreseen: Sequence[Foreseen]) -> Page[Foreseen]:
    return Paginator(foreseen, ROWS_A_PAGE).get_page(request.GET.get("page"))


def _said_of(file: Import) -> dict[str, Any]:
    """How the list was read, and which of its columns are not."""
    head = file.rows.filter(number=file.head_number).first() if file.head_number else None
    named = head.cells if head else []
    fields = {words_of(field): "" for field in file.columns if field}
    unread = [
        cell for cell, field in zip(named, [*file.columns, *[""] * len(named)], strict=False) if cell and not field
    ]
    read_as = {**file.read_as, "separator": SEPARATORS.get(file.read_as.get("separator", ""), "")}
    return {"read": [*fields], "unread": [cell for cell in unread if cell != heads.OWN], "read_as": read_as}


def _do(request: HttpRequest, file: Import) -> HttpResponse:
    """One of the buttons; then the same page, as it stands."""
    acts = {"choose": _choose, "apply": _apply, "cancel": _cancel}
    done = next((act for name, act in acts.items() if name in request.POST), None)
    if done:
        done(request, file)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(_address("import", file) + (f"?{query}" if query else ""))


def _choose(request: HttpRequest, file: Import) -> None:
    """Row by row, or all that are open at once: to the first that is suggested, or as shops of their own."""
    if request.POST["choose"] in ("same", "new"):
        opened = [each for each in foresee(file) if each.fate == Fate.DECIDE]
        same = request.POST["choose"] == "same"
        choices = {each.row.number: each.suggestions[0].value if same else ImportRow.NEW for each in opened}
    else:
        offered = {each.row.number: {ImportRow.NEW, *(one.value for one in each.suggestions)} for each in foresee(file)}
        sent = (
            (name.removeprefix("shop-"), str(value)) for name, value in request.POST.items() if name.startswith("shop-")
        )
        typed = {int(number): value for number, value in sent if number.isdecimal()}
        choices = {number: value for number, value in typed.items() if value in offered.get(number, ())}
    bringing.choose(file=file, choices=choices)
    messages.success(request, _("Your choices are kept."))


def _apply(request: HttpRequest, file: Import) -> None:
    if not file.session.takes_place:
        messages.error(
            request, _("That session does not take place, or is not published yet: nobody can be registered.")
        )
        return
    is_whole = request.POST.get("which") == "whole"
    applying.ask(file=file, is_whole=is_whole, is_told="is_told" in request.POST, by=person(request))
    told = _("Participants from %(file)s are being registered.") % {"file": file.name}
    LogEntry.objects.log_actions(person(request).pk, [file.session], CHANGE, change_message=told, single_object=True)
    messages.success(request, _("The worker is at it. You may leave this page: the report will be waiting here."))


def _cancel(request: HttpRequest, file: Import) -> None:
    """Takes back registrations that this list made: those that are ticked."""
    keys = [key for key in request.POST.getlist("registration") if key.isdecimal()]
    made = ImportRow.objects.filter(file=file, outcome__in=[ImportRow.Outcome.REGISTERED, ImportRow.Outcome.WAITING])
    rows = Registration.objects.live().filter(pk__in=keys, import_rows__in=made).distinct().order_by("-pk")
    taken_back = [
        registering.cancel(registration=registration, by=person(request), reason=_("Import taken back"))
        for registration in rows[:ROWS_A_PAGE]
    ]
    words = ngettext("%(count)s registration is cancelled.", "%(count)s registrations are cancelled.", len(taken_back))
    messages.success(request, words % {"count": len(taken_back)})


def to_mend(pages: Any, request: HttpRequest, file: Import) -> HttpResponseBase:
    """The rows that were left out, each with its reason, as a list that can be mended and brought again."""
    name = f"{file.name.rpartition('.')[0] or file.name}-{_('to-mend')}"
    return lines_file(_rows_to_mend(file), name=safe_name(name))


def _rows_to_mend(file: Import) -> Iterator[Sequence[str]]:
    head = file.rows.filter(number=file.head_number).first() if file.head_number else None
    yield [heads.OWN, *(head.cells if head else [words_of(field) if field else "" for field in file.columns])]
    for each in foresee(file):
        if each.fate in LEFT_OUT:
            yield [" ".join(each.reasons), *each.row.cells]
