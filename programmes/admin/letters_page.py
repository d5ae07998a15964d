"""Letters to the chosen cities: their text, which is the campaign's, and the file that the worker makes of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import person
from outbox import files
from programmes import letters
from programmes.admin.grid import Grid
from programmes.models import Campaign, Engagement, EngagementQuerySet

# Seconds between two looks while something is being made
REFRESH = 2
RIGHT = "programmes.change_engagement"


class LetterForm(forms.Form):
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=150, widget=forms.TextInput({"class": "vTextField"})
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=6000,
        widget=forms.Textarea({"rows": "14"}),
        help_text=gettext_lazy("An empty line begins a paragraph."),
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"), max_length=300, required=False, widget=forms.Textarea({"rows": "3"})
    )

    def __init__(self, typed: Any, *, language: str, initial: dict[str, str]) -> None:
        super().__init__(typed, initial=initial, prefix=language)
        self.language = language
        self.language_name = dict(settings.LANGUAGES)[language]

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_text(self) -> str:
        return self._checked("text")

    def _checked(self, name: str) -> str:
        letters.check(self.cleaned_data[name])
        return str(self.cleaned_data[name])


class MakeForm(forms.Form):
    is_invitation = forms.BooleanField(
        label=gettext_lazy("Note those that were to be invited as invited today"), required=False
    )


def page(pages: Any, request: HttpRequest) -> HttpResponse:
    """The address names the campaign and the chosen rows. POST keeps the texts; with `make` it asks for the letters."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    campaign = _campaign(request)
    rows = chosen(request, campaign)
    typed = request.POST if request.method == "POST" else None
    texts = [_form(typed, campaign, language) for language in letters.languages_of(campaign, rows)]
    if typed is not None and all(form.is_valid() for form in texts):
        _do(request, campaign, rows, texts)
        return HttpResponseRedirect(request.get_full_path())
    return _shown(pages, request, campaign, rows, texts)


def _form(typed: Any, campaign: Campaign, language: str) -> LetterForm:
    template = letters.template_of(campaign, language)
    shown = {name: getattr(template, name) for name in ("subject", "text", "signature")}
    return LetterForm(typed, initial=shown, language=language)


def _campaign(request: HttpRequest) -> Campaign:
    campaign = Grid(request.GET).campaign
    if campaign is None:
        raise Http404
    return campaign


def chosen(request: HttpRequest, campaign: Campaign) -> EngagementQuerySet:
    """The rows that were ticked, of this campaign only."""
    keys = [key for key in request.GET.getlist("row") if key.isdecimal() and len(key) < 19]
    return Engagement.objects.of(campaign).filter(pk__in=keys).with_names().order_by("city__name_key")


@transaction.atomic
def _do(request: HttpRequest, campaign: Campaign, rows: EngagementQuerySet, texts: Sequence[LetterForm]) -> None:
    by = person(request)
    for form in texts:
        letters.keep_text(campaign=campaign, language=form.language, by=by, **form.cleaned_data)
    if "make" not in request.POST or not rows:
        messages.success(request, _("The text is kept."))
        return
    letters.ask_for(campaign=campaign, rows=rows, by=by, is_invitation="is_invitation" in request.POST)
    messages.success(request, _("The letters are being made."))


def _shown(
    pages: Any, request: HttpRequest, campaign: Campaign, rows: EngagementQuerySet, texts: Sequence[LetterForm]
) -> HttpResponse:
    made, has_mistakes = [*letters.of(campaign)], any(form.errors for form in texts)
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": _("Letters to the cities"),
        "subtitle": campaign.name,
        "campaign": campaign,
        "rows": rows,
        "texts": texts,
        "make_form": MakeForm(request.POST if request.method == "POST" else None),
        "has_mistakes": has_mistakes,
        "words": letters.WORDS.items(),
        "made": made,
        "days": letters.KEPT.days,
    }
    response = TemplateResponse(
        request, "admin/programmes/engagement/letters.html", context, status=422 if has_mistakes else 200
    )
    if request.method != "POST" and any(job.is_open for job in made):
        response["Refresh"] = str(REFRESH)
    return response


def file(pages: Any, request: HttpRequest, pk: int) -> HttpResponseBase:
    """For all staff who may write to the cities."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    campaign = _campaign(request)
    job = get_object_or_404(letters.of(campaign).exclude(file=None), pk=pk)
    assert job.file  # noqa: S101  those without one were left out
    try:
        return files.serve(job.file)
    except files.UnservableFile:
        messages.error(request, _("That file is not kept any more: make it again."))
        return HttpResponseRedirect(f"../?campaign={campaign.pk}")
