"""What staff do to a session, each on a page that says first what will happen and who will be told."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import person
from rendering.languages import read_in
from trainings import arriving, outlook, registering, scheduling, telling
from trainings.admin.asking import Question, ask, ask_and_do, back_to, done, typed, words_of
from trainings.admin.forms import CopyForm, HeldForm, ReasonForm, SomebodyForm, ToSessionForm
from trainings.expecting import outlook_of
from trainings.models import Registration, Session

# Sent along by the page that says who will be told.
TELL = "_tell"


def publish(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    count = outlook.interested_in(session)
    waiting = ngettext(
        "%(count)s person who asked for this topic is told of it.",
        "%(count)s people who asked for this topic are told of it.",
        count,
    ) % {"count": count}
    sentences = [_("From now on people see it and can register."), waiting]
    question = Question(_("Publish"), _("Publish"), sentences)
    act = partial(scheduling.publish, session=session, by=person(request))
    return ask_and_do(pages, request, session, question, act, _("It is published: people can register."))


def close(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    words = _(
        "Nobody can register alone any more; you still can for them. Those who wait keep their places. Nobody is told."
    )
    question = Question(_("Close registration"), _("Close registration"), [words])
    act = partial(scheduling.close, session=session, by=person(request))
    return ask_and_do(pages, request, session, question, act, _("Registration is closed."))


def reopen(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    words = _("People can register again. Nobody is told.")
    question = Question(_("Reopen registration"), _("Reopen registration"), [words])
    act = partial(scheduling.reopen, session=session, by=person(request))
    return ask_and_do(pages, request, session, question, act, _("Registration is open again."))


def hold(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    words = _(
        "Vouchers of those who were not marked present are released. Attendance from late paper can still be marked."
    )
    question = Question(_("It took place"), _("Note as held"), [words])
    act = partial(scheduling.hold, session=session, by=person(request))
    return ask_and_do(pages, request, session, question, act, _("It is noted as held."), HeldForm(typed(request)))


def cancel(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    question = Question(
        _("Cancel the session"),
        _("Cancel it and tell everybody"),
        [_("This can’t be undone. Vouchers are released."), _("The reason is told too.")],
        telling.whom_to_tell(session),
        is_grave=True,
    )
    act = partial(scheduling.cancel_session, session=session, by=person(request))
    told = _("It is cancelled, and everybody is told.")
    return ask_and_do(pages, request, session, question, act, told, ReasonForm(typed(request)))


def copy(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    """One copy, or a series of them."""
    if session.starts_at is None:
        messages.error(request, _("It has no date: its copies would have none."))
        return back_to(session)
    form = CopyForm(typed(request))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        days = outlook.days_of(wanted["first"], outlook.Every(wanted["every"]), wanted["times"])
        return _to_copies(request, scheduling.series(session=session, days=days, by=person(request)))
    words = _("The copies are drafts with the same places, hours, trainers and seats, and nobody in them.")
    return ask(pages, request, session, Question(_("Copy"), _("Make the copies"), [words]), form)


def _to_copies(request: HttpRequest, made: list[Session]) -> HttpResponse:
    told = ngettext("%(count)s draft is made.", "%(count)s drafts are made.", len(made)) % {"count": len(made)}
    messages.success(request, told)
    if len(made) == 1:
        return back_to(made[0])
    drafts = reverse("admin:trainings_session_changelist") + "?state__exact=draft"
    return HttpResponseRedirect(drafts)


def register(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    """Somebody who called: confirmed at once."""
    initial = {"language": read_in()}
    form = SomebodyForm(typed(request), languages=session.programme.languages, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _registered(pages, request, session, form.cleaned_data)
    words = _("Without an e-mail, what must be told later becomes a call to make.")
    question = Question(_("Register somebody"), _("Register"), [_free_words(session), words])
    return ask(pages, request, session, question, form)


def _registered(pages: Any, request: HttpRequest, session: Session, said: dict[str, Any]) -> HttpResponse:
    try:
        registration = _register(request, session, **said)
    except registering.NotOpen as refusal:
        messages.error(request, words_of(refusal))
        return back_to(session)
    names = {"name": str(registration.person), "state": registration.get_state_display()}
    messages.success(request, _("%(name)s: %(state)s.") % names)
    return back_to(registration)


@transaction.atomic
def _register(
    request: HttpRequest, session: Session, *, with_helper: bool, helper_name: str, language: str, **who: Any
) -> Registration:
    somebody, business = arriving.person_of(programme=session.programme, **who)
    return registering.register(
        session=session,
        person=somebody,
        business=business,
        with_helper=with_helper,
        helper_name=helper_name,
        language=language,
        channel=Registration.Channel.STAFF,
        by=person(request),
    )


def _free_words(session: Session) -> str:
    if session.free_seats:
        return _("%(free)s of %(capacity)s seats are free.") % {
            "free": session.free_seats,
            "capacity": session.capacity,
        }
    return _("All seats are taken: whoever registers now waits.")


def few(pages: Any, request: HttpRequest, session: Session) -> HttpResponse:
    """Too few are registered: hold it all the same, or merge it into another; cancelling has its own page."""
    now = timezone.now()
    seen = outlook_of(session)
    seated = Registration.objects.seated().filter(session=session).seats()
    sessions = outlook.neighbours(session, seated, now).with_names()
    form = ToSessionForm(request.POST if "merge" in request.POST else None, sessions=sessions)
    if "merge" in request.POST and form.is_valid():
        into = form.cleaned_data["to"]
        return done(
            pages,
            request,
            session,
            lambda: scheduling.merge(session=session, into=into, by=person(request)),
            _("Everybody is moved and told; they may refuse."),
        )
    if "keep" in request.POST:
        values = {"minimum": min(session.minimum, seated)}
        return done(
            pages,
            request,
            session,
            lambda: scheduling.change(session=session, values=values, by=person(request)),
            _("It takes place with those who are registered."),
        )
    question = Question(_("Will it take place?"), "", whom=telling.whom_to_tell(session))
    page = ask(pages, request, session, question, form)
    page.template_name = "admin/trainings/session/few.html"
    page.context_data = (page.context_data or {}) | {
        "seen": seen,
        "percent": round(seen.rate * 100),
        "places": sessions[: outlook.MOST_PROPOSED],
    }
    return page


def tell(pages: Any, request: HttpRequest, session: Session, told: scheduling.Told) -> HttpResponse:
    """Between typing a change and making it: who will be told of what."""
    changes = ", ".join(str(telling.CHANGES[code]) for code in told.changes)
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    question = Question(
        _("Change and tell"),
        _("Change it and tell them"),
        [_("They are told that this has changed: %(changes)s.") % {"changes": changes}],
        told.registrations,
        hidden=[*sent, (TELL, "1")],
    )
    return ask(pages, request, session, question)
