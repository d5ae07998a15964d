"""The page at the door, its taps, and what keeps it working without a network; opened by the link and the PIN of the sheet."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trainings import doors, heads, moments, tapping
from trainings.models import Session, SessionDate
from trainings.presenting import SessionView

MOST_TAPS = 200
STATUS = {doors.Standing.EARLY: 403, doors.Standing.OVER: 410, doors.Standing.OFF: 410}


class PinForm(forms.Form):
    pin = forms.CharField(
        label=gettext_lazy("PIN of this door"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("Six digits, printed at the top of the attendance sheet."),
        error_messages={"required": gettext_lazy("Type the six digits of the sheet.")},
    )


@login_not_required  # the link and the PIN are the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """Who is expected and who is there; before it the PIN, and around its days a page that says when."""
    session = _session_of(token)
    closed = _closed(request, session)
    if closed:
        return render(request, "trainings/door_closed.html", _closed_words(session, closed), status=STATUS[closed])
    if request.method == "POST":
        return _pin_typed(request, session)
    if doors.may_enter(request, session):
        return _shown(request, session)
    # The page without names, which the phone keeps, is for who has entered.
    return _ask_for_pin(request, session, PinForm(), 403 if "shell" in request.GET else 200)


@login_not_required  # as the page
@never_cache
@require_POST
def door_tap(request: HttpRequest, token: str) -> HttpResponse:
    """One tap of a browser without JavaScript."""
    session = _session_of(token)
    if _closed(request, session) or not doors.may_enter(request, session):
        return redirect("trainings:door", token)
    refusal = tapping.keep(request.POST.dict(), session, _by(request))
    if refusal:
        return _shown(request, session, refusal=refusal, typed=request.POST.dict())
    place = f"#{request.POST['person']}" if request.POST.get("person") else ""
    return redirect(f"{reverse('trainings:door', args=[token])}?date={request.POST['date']}{place}")


@login_not_required  # as the page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door_taps(request: HttpRequest, token: str) -> HttpResponse:
    """What the phone has kept is sent here, as often as it takes; the answer says how each tap was taken, and how it all stands."""
    session = _session_of(token)
    closed = _closed(request, session)
    if closed or not doors.may_enter(request, session):
        return JsonResponse({"why": closed or "pin"}, status=STATUS[closed] if closed else 403)
    taps = _taps_of(request) if request.method == "POST" else []
    if taps is None:
        return JsonResponse({"why": "taps"}, status=400)
    answers = {str(tap.get("key")): tapping.keep(tap, session, _by(request)) for tap in taps}
    return JsonResponse({"answers": answers, "csrf": get_token(request), **_state(session)})


@login_not_required  # as the page
@never_cache
@require_POST
def door_leave(request: HttpRequest, token: str) -> HttpResponse:
    """This browser opens the door no longer; its script has wiped the names."""
    session = _session_of(token)
    doors.leave(request, session)
    if request.user.is_authenticated and doors.gives(request.user, session):
        return redirect("trainings:teaching")
    return redirect("trainings:door", token)


@login_not_required  # code, the same for everybody
@never_cache
@require_safe
def door_worker(request: HttpRequest, token: str) -> HttpResponse:
    """The service worker of this page: below its address, so that it reaches no other."""
    _session_of(token)
    return render(request, "trainings/door_worker.js", content_type="text/javascript; charset=utf-8")


def _session_of(token: str) -> Session:
    session = doors.session_of(token)
    if session is None:
        raise Http404("No such door.")
    return session


def _closed(request: HttpRequest, session: Session) -> doors.Standing | None:
    """Why it is closed; None when it is open, as it still is for staff with late paper."""
    standing = doors.standing(session, timezone.now())
    is_late_paper = standing == doors.Standing.OVER and doors.is_of_staff(request)
    return None if standing == doors.Standing.OPEN or is_late_paper else standing


def _closed_words(session: Session, closed: doors.Standing) -> dict[str, object]:
    span = doors.window(session)
    return {
        "programme": session.programme,
        "session": session,
        "view": SessionView(session, timezone.now()),
        "closed": closed,
        "opens": moments.day_and_clock(span.opens_at) if span else "",
        "closes": moments.day_and_clock(span.closes_at) if span else "",
    }


def _by(request: HttpRequest) -> Any:
    """Who has tapped; None for who holds link and PIN."""
    return request.user if request.user.is_authenticated else None


# The PIN


def _pin_typed(request: HttpRequest, session: Session) -> HttpResponse:
    form = PinForm(request.POST)
    if not form.is_valid():
        return _ask_for_pin(request, session, form, 422)
    try:
        if doors.let_in(request, session, form.cleaned_data["pin"]):
            return redirect("trainings:door", doors.token_of(session))
    except doors.TooManyTries:
        form.add_error("pin", _("Too many tries. Wait an hour, or sign in as who gives this session."))
        return _ask_for_pin(request, session, form, 429)
    form.add_error("pin", _("This is not the PIN of this session. Compare it with the sheet."))
    return _ask_for_pin(request, session, form, 422)


def _ask_for_pin(request: HttpRequest, session: Session, form: PinForm, status: int) -> HttpResponse:
    view = SessionView(session, timezone.now())
    context = {"programme": session.programme, "session": session, "view": view, "form": form}
    return render(request, "trainings/door_pin.html", context, status=status)


# The page


def _shown(
    request: HttpRequest, session: Session, refusal: str = "", typed: Mapping[str, str] | None = None
) -> HttpResponse:
    now, is_shell = timezone.now(), "shell" in request.GET
    date = heads.date_of(session.dates.all(), (typed or request.GET).get("date", ""), now)
    rows = [] if is_shell else heads.at_door(session).rows(date)
    context = {
        "programme": session.programme,
        "session": session,
        "token": doors.token_of(session),
        "view": SessionView(session, now),
        "date": date,
        "dates": [_choice(each) for each in session.dates.all()],
        "is_early": now < doors.midnight(date.starts_at, 0),
        "rows": rows,
        "empty": heads.EMPTY,
        "key": uuid4(),
        "present": sum(row.mark == "present" for row in rows),
        "expected": sum(row.head.is_expected for row in rows),
        "is_shell": is_shell,
        "refusal": refusal,
        "typed": typed or {},
        "times": _times(session, now),
    }
    return render(request, "trainings/door.html", context, status=422 if refusal else 200)


def _choice(date: SessionDate) -> dict[str, object]:
    day = doors.midnight(date.starts_at, 0)
    return {
        "pk": date.pk,
        "words": moments.span(date),
        "day": moments.day(date.starts_at),
        "begins": _milliseconds(day),
    }


def _state(session: Session) -> dict[str, object]:
    return {**heads.at_door(session).as_json(), **_times(session, timezone.now())}


def _times(session: Session, now: datetime) -> dict[str, int]:
    """For the phone, whose own clock may be wrong: now, until when it may keep names, and when the door closes."""
    span = doors.window(session)
    if span is None or session.ends_at is None:
        raise Http404("It has no date.")
    until = {"names": session.ends_at + doors.NAMES_KEPT, "closes": span.closes_at}
    return {"now": _milliseconds(now)} | {name: _milliseconds(moment) for name, moment in until.items()}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _taps_of(request: HttpRequest) -> list[dict[str, Any]] | None:
    """None for what no page of ours has sent."""
    try:
        taps = json.loads(request.body)["taps"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_ours = isinstance(taps, list) and len(taps) <= MOST_TAPS and all(isinstance(tap, dict) for tap in taps)
    return taps if is_ours else None
