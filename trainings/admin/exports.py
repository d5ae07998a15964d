"""What a list of registrations shows, as a file: asked for, watched while it is made, found again for some days."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.access import person
from outbox import files
from rendering.downloads import CSV, XLSX
from trainings import exporting
from trainings.admin.asking import typed
from trainings.models import RegistrationQuerySet

PAGE = "admin:trainings_registration_export"
# Seconds between two looks while something is being made
REFRESH = 2


class ExportForm(forms.Form):
    form = forms.ChoiceField(choices=[(XLSX, "XLSX"), (CSV, "CSV")])
    key = forms.UUIDField()


def page(pages: Any, request: HttpRequest) -> HttpResponse:
    """GET says what would be in the file and what was asked for before; POST asks. Search and filters are in the query."""
    _check(pages, request)
    try:
        chosen = pages.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return redirect("admin:trainings_registration_changelist")
    form = ExportForm(typed(request))
    if form.is_valid():
        exporting.ask_for(registrations=chosen, by=person(request), **form.cleaned_data)
        return redirect(request.get_full_path())
    return _shown(pages, request, chosen)


def _shown(pages: Any, request: HttpRequest, chosen: RegistrationQuerySet) -> HttpResponse:
    made = [*exporting.of(person(request))]
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": _("Download registrations"),
        "count": chosen.count(),
        "columns": [str(name) for name, _kind, _width in exporting.COLUMNS],
        "key": uuid4(),
        "made": made,
        "days": exporting.KEPT.days,
    }
    response = TemplateResponse(request, "admin/trainings/registration/export.html", context)
    if any(job.is_open for job in made):
        response["Refresh"] = str(REFRESH)
    return response


def file(pages: Any, request: HttpRequest, pk: int) -> HttpResponseBase:
    """Only to who asked for it, and still may."""
    _check(pages, request)
    job = get_object_or_404(exporting.of(person(request)).exclude(file=None), pk=pk)
    assert job.file  # noqa: S101  those without one were left out
    try:
        return files.serve(job.file)
    except files.UnservableFile:
        messages.error(request, _("That file is not kept any more: make it again."))
        return redirect(PAGE)


def _check(pages: Any, request: HttpRequest) -> None:
    if not pages.has_view_permission(request):
        raise PermissionDenied
