from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diagnostics import access, links, resuming, rooms, taking
from diagnostics.forms import CodeForm, StartForm
from diagnostics.models import Diagnostic
from diagnostics.pages import minutes_left, next_page
from diagnostics.views.answering import to_first_page, to_page
from programmes.models import OFFERED_AS, City
from rendering.languages import read_in
from trainings.forms import MOST_SUGGESTED


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Trade, place, people: then the first page. Nothing personal is asked."""
    programme = OFFERED_AS.get_or_404(code=code)
    form = StartForm(request.POST or None, programme=programme)
    room = rooms.carried_by(request, programme)
    if request.method == "POST" and form.is_valid():
        try:
            diagnostic = taking.start(
                programme=programme,
                sub_sector=form.cleaned_data["sub_sector"],
                city=form.cleaned_data["place"],
                staff_size=form.cleaned_data["staff_size"],
                language=read_in(),
                session=room,
            )
        except taking.NoQuestionnaire:
            return render(request, "diagnostics/none_yet.html", {"programme": programme}, status=503)
        access.hold(request, diagnostic)
        return to_first_page(diagnostic)
    context = {"programme": programme, "form": form, "room": room, **_typed(request, form)}
    return render(request, "diagnostics/start.html", context, status=422 if form.errors else 200)


def _typed(request: HttpRequest, form: StartForm) -> dict[str, object]:
    """What the search of a trade found, for those whose browser does not search while one types."""
    typed = request.GET.get("q", "")[:80]
    found = list(form.trades.matching(typed)[:MOST_SUGGESTED]) if typed else []
    return {"q": typed, "found": found}


@login_not_required
@require_safe
def trades(request: HttpRequest, code: str) -> HttpResponse:
    """The trades that fit what is being typed; all of them, grouped, when nothing is."""
    programme = OFFERED_AS.get_or_404(code=code)
    form = StartForm(programme=programme)
    return render(
        request, "diagnostics/start.html#trades", {"programme": programme, "form": form, **_typed(request, form)}
    )


@login_not_required
@require_safe
def places(request: HttpRequest, code: str) -> HttpResponse:
    """The municipalities that fit what is being typed, as the options of a list."""
    typed = request.GET.get("place", "")[:80]
    cities = City.objects.offered().filter(programme__code=code).matching(typed)[:MOST_SUGGESTED]
    return render(request, "diagnostics/start.html#places", {"cities": cities})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Pick up where one left off: what this browser holds, or by the code that was written down."""
    form = CodeForm(request.POST or None)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            diagnostic = resuming.by_code(request, form.cleaned_data["code"])
        except resuming.TooManyTries:
            status = 429
            form.add_error("code", _("Too many tries. Wait ten minutes, then type the code again."))
        except resuming.UnknownCode:
            form.add_error(
                "code", _("There is no diagnostic with this code. Compare it letter by letter with your note.")
            )
        else:
            access.hold(request, diagnostic)
            return _continue(diagnostic)
    latest = access.latest_of(request)
    context = {"form": form, "latest": latest and _summary(latest)}
    return render(request, "diagnostics/resume.html", context, status=status if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def resume_link(request: HttpRequest, token: str) -> HttpResponse:
    """The secret link: shows what it opens; only the button opens it, so that a mail scanner that follows it opens nothing."""
    try:
        diagnostic = resuming.by_link(token)
    except links.ExpiredLink:
        return render(request, "diagnostics/bad_link.html", {"expired": True}, status=410)
    except links.BadLink:
        return render(request, "diagnostics/bad_link.html", {"expired": False}, status=404)
    if request.method == "POST":
        access.hold(request, diagnostic)
        return _continue(diagnostic)
    context = {"programme": diagnostic.programme, "latest": _summary(diagnostic)}
    return render(request, "diagnostics/resume_link.html", context)


def _summary(diagnostic: Diagnostic) -> dict[str, object]:
    return {"diagnostic": diagnostic, "minutes": None if diagnostic.is_completed else minutes_left(diagnostic)}


def _continue(diagnostic: Diagnostic) -> HttpResponse:
    if diagnostic.is_completed:
        return redirect("diagnostics:result", diagnostic.public_id)
    return to_page(diagnostic, next_page(diagnostic))


@login_not_required
@require_POST
def go_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Back into a diagnostic that this browser holds."""
    return _continue(access.diagnostic_of(request, public_id))


@login_not_required
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Start again for another shop: this browser forgets all it holds, and the sign-in with it."""
    rooms.pass_on(request)
    messages.info(request, _("This device has forgotten the previous shop."))
    return redirect("diagnostics:start", code)
