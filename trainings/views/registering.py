from datetime import datetime
from typing import TypedDict
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import is_staff_with_second_factor, person
from accounts.models import User
from programmes.entrusting import speaks_for_one_of
from programmes.mobilising import VIA
from programmes.models import Mobilisation
from rendering.languages import read_in
from trainings import arriving, certifying, channels, finding, links, moments, registering
from trainings.forms import Blank, HelperForm, RegisterForm
from trainings.models import Registration, Session
from trainings.presenting import SessionView, Standing, certified

ASKED = "registrations"
MOST_HELD = 20
State = Registration.State


class Through(TypedDict):
    """By what they came, and when they were told who sees the name of their shop."""

    via: Mobilisation | None
    names_told_at: datetime | None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name, shop, e-mail or phone. Who is signed in, and staff, are registered at once; others confirm by mail."""
    # Who is registered sees the next page: the names are for the form.
    asked_for = finding.PUBLISHED_IN_SHORT if request.method == "POST" else finding.PUBLISHED
    session = asked_for.get_or_404(uid=uid)
    is_staff = _is_by_hand(request, session)
    if not session.is_open_at(timezone.now()) and not is_staff:
        return redirect("trainings:session", uid)
    is_signed_in = request.user.is_authenticated and not is_staff
    known = _known(request, is_staff)
    form = RegisterForm(request.POST or None, initial=known, is_signed_in=is_signed_in, by_staff=is_staff)
    if request.method == "POST" and form.is_valid() and _is_allowed(request, form):
        try:
            return _registered(request, session, form, is_staff)
        except registering.NotOpen:
            return redirect("trainings:session", uid)
    context = {
        "programme": session.programme,
        "session": session,
        "view": SessionView(session, timezone.now()),
        "organiser": None if is_staff else channels.organiser_behind(request.GET.get(VIA, ""), session),
        "form": form,
        "blank": None if form.is_bound or is_signed_in or is_staff or any(known.values()) else Blank(),
        "thing": {"form": form},
        "by_staff": is_staff,
    }
    return render(request, "trainings/register.html", context, status=422 if form.errors else 200)


def _through(request: HttpRequest, session: Session, at: datetime, *, is_staff: bool) -> Through:
    """What brought them here; they were told of the city that organises with us where the form that they sent has named it."""
    code = request.GET.get(VIA, "")
    organiser = None if is_staff else channels.organiser_behind(code, session)
    is_told = organiser is not None and request.POST.get("told") == organiser.code
    return {"via": channels.action_behind(code, session), "names_told_at": at if is_told else None}


def _is_by_hand(request: HttpRequest, session: Session) -> bool:
    """Somebody is on the phone: with staff who may, or with a city that takes part, while registration is open."""
    if is_staff_with_second_factor(request):
        return request.user.has_perm("trainings.add_registration")
    if not request.user.is_authenticated or not session.is_open_at(timezone.now()):
        return False
    return speaks_for_one_of(request.user, session.cities.all())


def _known(request: HttpRequest, is_staff: bool) -> dict[str, str]:
    """What is known of who asks: of the login and its shop, else where the shop of this browser's diagnostic is."""
    place = {"postal_code": finding.place_of(request).get("postal_code", "")}
    if not request.user.is_authenticated or request.user.is_staff or is_staff:
        return place
    return place | _known_of(request.user)


def _known_of(user: User) -> dict[str, str]:
    """Name and shop of a login, where they are known."""
    membership = finding.membership_of(user)
    if membership is None:
        return {"name": user.name}
    return {
        "name": membership.person.name or user.name,
        "phone": membership.person.phone,
        "shop": membership.business.name,
        "postal_code": membership.business.postal_code,
    }


def _is_allowed(request: HttpRequest, form: RegisterForm) -> bool:
    with transaction.atomic():  # one commit, and whoever dies in the middle locks nobody out
        is_within = ratelimit.consume(request, action="registration")
    if is_within:
        return True
    form.add_error(None, _("Many seats were asked for from here. Please wait an hour, or call us."))
    return False


def _registered(request: HttpRequest, session: Session, form: RegisterForm, is_staff: bool) -> HttpResponse:
    now = timezone.now()
    user = None if is_staff or not request.user.is_authenticated else request.user
    through = _through(request, session, now, is_staff=is_staff)
    registration = _seat(session, form, through, user=user, by=person(request) if is_staff else None, at=now)
    if is_staff:
        messages.success(request, _("%(name)s: %(state)s.") % _told(registration))
        return redirect("trainings:session", session.uid)
    if user:
        return redirect("trainings:my_registration", registration.uid)
    _remember(request, registration, is_new=registration.asked_at == now)
    return redirect("trainings:asked", session.uid)


def _seat(
    session: Session,
    form: RegisterForm,
    through: Through,
    *,
    user: User | None,
    by: User | None,
    at: datetime,
) -> Registration:
    """By one's login, by staff, or by phone: at once. By an e-mail that somebody typed: once its mail is answered."""
    said = form.cleaned_data
    email = user.email if user else said["email"]
    return arriving.come(
        session=session,
        name=said["name"],
        shop=said["shop"],
        postal_code=said["postal_code"],
        email=email,
        phone=said["phone"],
        user=user,
        with_helper=said["with_helper"],
        helper_name=said["helper_name"],
        language=read_in(),
        channel=Registration.Channel.STAFF if by else Registration.Channel.PAGE,
        by=by,
        is_confirmed=user is not None or not email,
        at=at,
        **through,
    )


def _told(registration: Registration) -> dict[str, object]:
    return {"name": registration.person, "state": registration.get_state_display()}


def _remember(request: HttpRequest, registration: Registration, *, is_new: bool) -> None:
    """This browser may see what became of what it asked; of what was there before it learns nothing."""
    held = dict(request.session.get(ASKED, {}))
    is_ours = is_new or held.get(str(registration.session.uid)) == str(registration.uid)
    held[str(registration.session.uid)] = str(registration.uid) if is_ours else ""
    request.session[ASKED] = dict(list(held.items())[-MOST_HELD:])


@login_not_required
@never_cache
@require_safe
def asked(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What comes next: the mail with its button, or the place in the line."""
    held = request.session.get(ASKED, {})
    if str(uid) not in held:
        return redirect("trainings:session", uid)
    session = finding.PUBLISHED.get_or_404(uid=uid)
    registration = finding.asked_registration(held[str(uid)])
    until = registration.until if registration else None
    context = {
        "programme": session.programme,
        "session": session,
        "view": SessionView(session, timezone.now()),
        "registration": registration,
        "until": moments.day_and_clock(until) if until else "",
    }
    return render(request, "trainings/asked.html", context)


@login_not_required  # the signed link of the mail is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """One's registration, by the link in the mail: what it is now, and what can be done with it."""
    try:
        found = links.registration_of(token)
    except links.ExpiredLink:
        return render(request, "trainings/registration_bad_link.html", {"has_expired": True}, status=410)
    except links.BadLink:
        return render(request, "trainings/registration_bad_link.html", {"has_expired": False}, status=404)
    if request.method == "POST":
        after = _act(request, found)
        return redirect("trainings:registration", links.token_of(after))
    return _shown(request, found.standing)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_registration(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The same for who is signed in."""
    found = get_object_or_404(Registration.objects.of(person(request)).with_names(), uid=uid)
    if request.method == "POST":
        return redirect("trainings:my_registration", _act(request, found).uid)
    return _shown(request, found.standing)


def _act(request: HttpRequest, registration: Registration) -> Registration:
    what, form = request.POST.get("do", ""), HelperForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["helper_name"][0]))
        return registration
    try:
        after = links.act(registration=registration, what=what, **(form.cleaned_data if what == "bring" else {}))
    except links.UnknownAct:
        return registration
    except (registering.TooLate, registering.NoPlace) as refusal:
        is_full = what == "bring" and isinstance(refusal, registering.NoPlace)
        messages.error(
            request, NO_SECOND_SEAT if is_full else _("That is no longer possible: this page says how it stands now.")
        )
        return registration
    messages.success(request, DONE[what] if after.is_live or what in ("cancel", "refuse") else DONE[""])
    return after


NO_SECOND_SEAT = gettext_lazy(
    "No second seat is free now. Yours stays as it is; look again in a few days: seats do come free."
)
DONE = {
    "": gettext_lazy("This is how it stands now."),
    "confirm": gettext_lazy("Thank you: it is noted."),
    "accept": gettext_lazy("Thank you: the seat is yours."),
    "take": gettext_lazy("Thank you: the seat is yours."),
    "refuse": gettext_lazy("Noted: you do not come."),
    "cancel": gettext_lazy("Noted: you do not come. Thank you for telling us: your seat goes to somebody else."),
    "bring": gettext_lazy("Noted: you come together."),
    "leave": gettext_lazy("Noted: you come alone. Thank you for telling us: the seat goes to somebody else."),
}


def _next_step(registration: Registration, view: SessionView) -> str:
    """The one thing to do next: what its primary button does; "" where nothing is left but to look elsewhere."""
    if view.standing in (Standing.OVER, Standing.CANCELLED):
        return ""
    if registration.state == State.WAITING:
        return "take" if _may_take(registration, view) else "" if registration.confirmed_at else "join"
    if registration.state == State.CANCELLED:
        return "book" if view.may_register else ""
    steps = {State.HELD: "confirm", State.OFFERED: "accept", State.REGISTERED: "calendar", State.EXPIRED: "again"}
    return steps[State(registration.state)]


def _may_take(registration: Registration, view: SessionView) -> bool:
    """In the last hours a free seat goes to the first of those who wait that takes it."""
    session = view.session
    is_fitting = registration.seats <= session.free_seats
    return is_fitting and session.is_in_last_call(view.at) and session.is_coming_at(view.at)


def _helper_step(registration: Registration, *, is_in_time: bool) -> str:
    """What can be done about who comes along: a second seat to be had, or none free; the name, and the seat given back."""
    if registration.confirmed_at is None or registration.state not in (State.REGISTERED, State.WAITING):
        return ""
    if registration.has_helper:
        return "change" if is_in_time else "" if registration.helper_name else "name"
    if not is_in_time:
        return ""
    return "bring" if registration.state == State.WAITING or registration.session.free_seats else "full"


def _shown(request: HttpRequest, registration: Registration) -> HttpResponse:
    session = registration.session
    now, last_moment = timezone.now(), session.cancellable_until
    view = SessionView(session, now)
    is_in_time = registration.is_live and (last_moment is None or now < last_moment)
    context = {
        "programme": session.programme,
        "registration": registration,
        "session": session,
        "view": view,
        "step": _next_step(registration, view),
        "until": moments.day_and_clock(registration.until) if registration.until else "",
        "was_moved": hasattr(registration, "moved_from"),
        "may_cancel": is_in_time,
        "certificates": certified(certifying.earned(Registration.objects.filter(pk=registration.pk))),
        "helper": _helper_step(registration, is_in_time=is_in_time),
        "helper_form": HelperForm(initial={"helper_name": registration.helper_name}),
        "cancel_until": moments.day_and_clock(last_moment) if last_moment else "",
        "erase_token": "" if registration.person.user_id else links.token_of(registration),
    }
    return render(request, "trainings/registration.html", context)
