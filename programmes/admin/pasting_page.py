"""Pasting into the grid: a box, then each row with what would come of it, then one button."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import person
from programmes import pasting
from programmes.admin.grid import Grid, owners
from programmes.models import Campaign
from programmes.pasting import Outcomes

MOST_LETTERS = 300_000


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Rows of your spreadsheet"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": "12", "spellcheck": "false"}),
    )
    digest = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> pasting.Table:
        try:
            return pasting.read(self.cleaned_data["text"])
        except pasting.QuoteNotClosed as error:
            raise forms.ValidationError(
                _("A cell begins with a quotation mark that is never closed: take the mark out, or close it.")
            ) from error


def paste(pages: Any, request: HttpRequest) -> HttpResponse:
    """POST shows what would happen; POST with `apply` does it, if it is still what was shown."""
    if not request.user.has_perm("programmes.change_engagement"):
        raise PermissionDenied
    grid = Grid(request.GET)
    if grid.campaign is None:
        raise Http404
    form = PasteForm(request.POST if request.method == "POST" else None)
    found: Outcomes | None = None
    if form.is_valid():
        given: dict[str, Any] = {
            "table": form.cleaned_data["text"],
            "campaign": grid.campaign,
            "by": person(request),
            "owners": owners(),
        }
        if "apply" in request.POST and (applied := _applied(request, given, form.cleaned_data["digest"])):
            return _told(request, grid.campaign, applied)
        found = pasting.foresee(**given)
    return _shown(pages, request, grid, form, found)


def _applied(request: HttpRequest, given: dict[str, Any], digest: str) -> Outcomes | None:
    try:
        return pasting.apply(**given, digest=digest)
    except pasting.LooksDifferentNow:
        messages.warning(
            request, _("Somebody changed the grid meanwhile. Nothing was written: look again, then apply.")
        )
        return None


def _told(request: HttpRequest, campaign: Campaign, applied: Outcomes) -> HttpResponse:
    told = ngettext("%(count)s row was written.", "%(count)s rows were written.", applied.good)
    messages.success(request, told % {"count": applied.good})
    return HttpResponseRedirect(reverse("admin:programmes_engagement_changelist", query={"campaign": campaign.pk}))


def _shown(pages: Any, request: HttpRequest, grid: Grid, form: PasteForm, found: Outcomes | None) -> HttpResponse:
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": _("Paste from a spreadsheet"),
        "grid": grid,
        "form": form,
        "found": found,
        "heads": [_(words) for words in pasting.HEADS.values()],
        "most": pasting.MOST_ROWS,
        "has_more": found is not None and len(found.rows) == pasting.MOST_ROWS,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/programmes/engagement/paste.html", context, status=status)
