"""One page for everything that staff are asked before it is done: what will happen, who will be told, and one button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _

from accounts.access import person
from businesses.reaching import has_mail
from trainings import registering, scheduling
from trainings.models import Registration, RegistrationQuerySet

# Named one by one; of more the number is said.
MOST_NAMED = 200

type Page = Callable[[Any, HttpRequest, Any], HttpResponse]


@dataclass(frozen=True)
class Question:
    """What the page says above its form. `whom`: those who are told."""

    title: str
    button: str
    sentences: Sequence[str] = ()
    whom: RegistrationQuerySet | None = None
    is_grave: bool = False
    hidden: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True, slots=True)
class Told:
    """One who is told: who, and how."""

    name: str
    shop: str
    state: str
    by_mail: bool


def route(pages: "Any", name: str, page: Page, permission: str) -> URLPattern:
    """`<pk>/<name>/` of this model's pages, for who has the permission (403) on a row there is (404)."""

    def opened(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(f"trainings.{permission}"):
            raise PermissionDenied
        return page(pages, request, get_object_or_404(pages.get_queryset(request), pk=pk))

    view: Callable[..., HttpResponse] = pages.admin_site.admin_view(opened)
    return path(f"<int:pk>/{name}/", view, name=f"trainings_{pages.opts.model_name}_{name}")


def ask(
    pages: "Any", request: HttpRequest, row: Model, question: Question, form: forms.Form | None = None
) -> TemplateResponse:
    count = question.whom.count() if question.whom is not None else 0
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": question.title,
        "subtitle": str(row),
        "row": row,
        "question": question,
        "form": form,
        "media": pages.media + (form.media if form else forms.Media()),
        "told": [_told(each) for each in question.whom[:MOST_NAMED]] if question.whom is not None else [],
        "count": count,
        "unnamed": max(count - MOST_NAMED, 0),
    }
    return TemplateResponse(request, "admin/trainings/ask.html", context)


def _told(registration: Registration) -> Told:
    return Told(
        str(registration.person),
        str(registration.business or ""),
        str(registration.get_state_display()),
        has_mail(registration.person),
    )


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, which may be nothing; None when nothing was sent."""
    return request.POST if request.method == "POST" else None


def done(pages: "Any", request: HttpRequest, row: Model, act: Callable[[], object], told: str) -> HttpResponse:
    """Does it, says so, notes it in the history; what refuses it is said in words."""
    try:
        act()
    except tuple(REFUSALS) as refusal:
        messages.error(request, words_of(refusal))
    else:
        messages.success(request, told)
        LogEntry.objects.log_actions(person(request).pk, [row], CHANGE, change_message=told, single_object=True)
    return back_to(row)


def ask_and_do(
    pages: "Any",
    request: HttpRequest,
    row: Model,
    question: Question,
    act: Callable[..., object],
    told: str,
    form: forms.Form | None = None,
) -> HttpResponse:
    """The whole of such a page: asks, and once it is answered calls the verb with what was typed, by the names of the fields."""
    if request.method == "POST" and (form is None or form.is_valid()):
        said = form.cleaned_data if form else {}
        return done(pages, request, row, lambda: act(**said), told)
    return ask(pages, request, row, question, form)


def back_to(row: Model) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"admin:trainings_{row._meta.model_name}_change", args=[row.pk]))


def words_of(refusal: Exception) -> str:
    """Why not, for staff."""
    return next(words(refusal) for kind, words in REFUSALS.items() if isinstance(refusal, kind))


def below_taken(taken: int) -> str:
    return _("%(taken)s seats are taken: fewer than that can’t be offered. Move or cancel registrations first.") % {
        "taken": taken
    }


def _missing(refusal: Any) -> str:
    names = {
        "dates": _("a date"),
        "languages": _("a language"),
        "place": _("a venue, an address or a link"),
        "cities": _("a city"),
    }
    what = ", ".join(names.get(code, code) for code in refusal.missing)
    return _("It can’t be published yet. It still lacks: %(what)s.") % {"what": what}


REFUSALS: dict[type[Exception], Callable[[Any], str]] = {
    registering.BelowTaken: lambda refusal: below_taken(refusal.taken),
    registering.NoPlace: lambda refusal: _("There are not enough free seats any more."),
    registering.NotOpen: lambda refusal: _("That session does not take place, or is over."),
    registering.TooLate: lambda refusal: _("It is too late for that."),
    registering.MayNotOverbook: lambda refusal: _(
        "Seats beyond the capacity are a right of its own, which you don’t have."
    ),
    scheduling.NotReady: _missing,
    scheduling.WrongState: lambda refusal: _(
        "It has been published, closed, held or cancelled meanwhile: this can’t be done any more."
    ),
    scheduling.TooEarly: lambda refusal: _("It has not begun yet."),
    ValidationError: lambda refusal: " ".join(refusal.messages),
    ValueError: lambda refusal: _("A date on which attendance was marked can’t go."),
}
