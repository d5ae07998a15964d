from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from programmes.mobilising import LONGEST, VIA
from programmes.models import Programme
from rendering.languages import read_in
from trainings import calendars, doors, finding, interests
from trainings.forms import FindForm, TellMeForm
from trainings.models import Session, Topic
from trainings.presenting import SessionView, price_rules

A_PAGE = 20
NEXT_DATES = 3


@login_not_required
@never_cache  # it names where this browser's shop is
@vary_on_headers("HX-Request")
@require_safe
def sessions(request: HttpRequest, code: str) -> HttpResponse:
    """All that is planned; the filters stand in the address, so that it can be kept and sent."""
    programme = get_object_or_404(Programme.objects.offered(), code=code)
    form = FindForm(request.GET, programme=programme)
    found = finding.sessions_to_come(programme, form.wanted).with_names()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "programme": programme,
        "form": form,
        "wanted": form.wanted,
        "page": page,
        "sessions": [SessionView(session, now) for session in page],
        "place": finding.place_of(request),
        "via": _via(request),
    }
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]  # HtmxMiddleware
    return render(request, "trainings/sessions.html#found" if is_part else "trainings/sessions.html", context)


@login_not_required
@require_safe
def topics(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.offered(), code=code)
    planned = finding.number_on_each(programme)
    context = {
        "programme": programme,
        "topics": [(topic, planned.get(topic.pk, 0)) for topic in Topic.objects.offered().filter(programme=programme)],
    }
    return render(request, "trainings/topics.html", context)


@login_not_required
@never_cache  # it fills in where this browser's shop is
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: HttpRequest, code: str, topic_code: str) -> HttpResponse:
    """What a topic brings, when it is held, what to do alone meanwhile; and “tell me” (POST)."""
    programme = get_object_or_404(Programme.objects.offered(), code=code)
    topic = get_object_or_404(Topic.objects.offered().filter(programme=programme), code=topic_code)
    needs_email = not request.user.is_authenticated
    place = finding.place_of(request)
    form = TellMeForm(
        request.POST or None, programme=programme, needs_email=needs_email, initial={"place": place.get("name", "")}
    )
    if request.method == "POST" and form.is_valid() and _told(request, topic, form):
        return redirect("trainings:topic", code, topic_code)
    now = timezone.now()
    planned = finding.sessions_to_come(programme, finding.Wanted(topic=topic), now)
    context = {
        "programme": programme,
        "topic": topic,
        "form": form,
        "sessions": [SessionView(session, now) for session in planned.with_names()[:NEXT_DATES]],
        "prices": price_rules(programme, topic.modules.all(), now),
        "via": _via(request),
    }
    return render(request, "trainings/topic.html", context, status=422 if form.errors else 200)


def _told(request: HttpRequest, topic: Topic, form: TellMeForm) -> bool:
    """Notes the interest; False when too many mails were asked for from here."""
    user = request.user if request.user.is_authenticated else None
    if user is None and not ratelimit.consume(request, action="interest_mail"):
        form.add_error(None, _("Many mails were asked for from here. Please try again in an hour."))
        return False
    interests.ask(
        topic=topic,
        city=form.cleaned_data["place"],
        language=read_in(),
        user=user,
        email=form.cleaned_data.get("email", ""),
    )
    messages.success(
        request,
        _("Noted.") if user else _("We have sent you a mail: press its button, and we will write when a date opens."),
    )
    return True


@login_not_required
@never_cache  # it says whether one has a seat
@require_safe
def session(request: HttpRequest, uid: UUID) -> HttpResponse:
    """When, where, for whom, what to bring, what it costs, seats left, one button."""
    if request.user.is_authenticated:
        shown = get_object_or_404(Session.objects.visible_to(request.user).with_facts(), uid=uid)
    else:
        shown = finding.PUBLISHED.get_or_404(uid=uid)
    context = {
        "programme": shown.programme,
        "session": shown,
        "view": SessionView(shown, timezone.now()),
        "mine": finding.registration_in(shown, request.user),
        "gives": request.user.is_authenticated and doors.gives(request.user, shown),
        "via": _via(request),
        "other_dates": _other_dates(request, shown),
    }
    return render(request, "trainings/session.html", context)


def _via(request: HttpRequest) -> str:
    """The code that goes along to the registration."""
    return request.GET.get(VIA, "")[:LONGEST]


def _other_dates(request: HttpRequest, session: Session) -> str:
    """By what the list is narrowed: the same topic, and the code that goes along."""
    wanted = {"topic": session.topic.code if session.topic else "", VIA: _via(request)}
    return urlencode({name: value for name, value in wanted.items() if value})


@login_not_required
@require_safe
def short_address(request: HttpRequest, start: str, via: str) -> HttpResponse:
    """What stands on a poster, short enough to be typed, leads to the page of the session."""
    found = get_object_or_404(Session.objects.published().numbered_from(start)[:1])
    return redirect(f"{reverse('trainings:session', args=[found.uid])}?{urlencode({VIA: via})}")


@login_not_required
@require_safe
def session_calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    shown = get_object_or_404(Session.objects.visible_to(request.user).with_names(), uid=uid)
    response = HttpResponse(calendars.calendar_of(shown), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response
