from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import person
from businesses.joining import Outcome
from businesses.models import Business
from diagnostics import access, attaching, links, mailing, rooms
from diagnostics.forms import AttachForm, EmailForm, TellMeForm
from diagnostics.models import Diagnostic
from programmes.models import City
from programmes.numbers import BadNumber
from rendering.languages import read_in
from rendering.qr import qr_svg
from trainings import interests
from trainings.models import Topic


@login_not_required
@never_cache
@require_safe
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The ways to keep a result: a code, a link by mail, one's own space."""
    return _keep_page(request, access.diagnostic_of(request, public_id), EmailForm())


def _keep_page(request: HttpRequest, diagnostic: Diagnostic, form: EmailForm, status: int = 200) -> HttpResponse:
    context = {
        "programme": diagnostic.programme,
        "diagnostic": diagnostic,
        "form": form,
        "code": links.own_code(diagnostic),
    }
    if rooms.room_of_device(request):
        return render(request, "diagnostics/room_keep.html", context | _for_ones_own_phone(diagnostic), status=status)
    return render(request, "diagnostics/keep.html", context, status=status)


def _for_ones_own_phone(diagnostic: Diagnostic) -> dict[str, object]:
    return {"qr": qr_svg(links.secret_url(diagnostic), _("QR code: opens this diagnostic on your own phone"))}


@login_not_required
@require_POST
def mail_link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    diagnostic = access.diagnostic_of(request, public_id)
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _keep_page(request, diagnostic, form, status=422)
    if not ratelimit.consume(request, action="diagnostic_mail"):
        form.add_error("email", _("Many mails were asked for from here. Wait an hour, or write down the code."))
        return _keep_page(request, diagnostic, form, status=429)
    mailing.send_link(diagnostic=diagnostic, to=form.cleaned_data["email"], language=read_in())
    messages.success(request, _("The mail is on its way. It holds the link to your diagnostic."))
    return redirect("diagnostics:keep", public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """After signing in: whose result is it, and of which shop?"""
    diagnostic = access.completed_of(request, public_id)
    form = AttachForm(request.POST or None, initial={"person_name": person(request).name})
    suggested: list[Business] = []
    if request.method == "POST" and form.is_valid():
        try:
            suggested = _unanswered_suggestions(request, diagnostic, form)
            if not suggested:
                return _attached(request, diagnostic, form)
        except BadNumber as error:
            form.add_error("number", str(error))
        except attaching.KeptByAnother:
            messages.error(request, _("This result is kept by somebody else already. Do it again to have your own."))
            return redirect("diagnostics:result", public_id)
    context = {"programme": diagnostic.programme, "diagnostic": diagnostic, "form": form, "suggested": suggested}
    return render(request, "diagnostics/attach.html", context, status=422 if form.errors else 200)


def _unanswered_suggestions(request: HttpRequest, diagnostic: Diagnostic, form: AttachForm) -> list[Business]:
    if "same_as" in request.POST:
        return []
    return attaching.suggestions(diagnostic=diagnostic, user=person(request), **form.shop)


def _attached(request: HttpRequest, diagnostic: Diagnostic, form: AttachForm) -> HttpResponse:
    user = person(request)
    chosen = request.POST.get("same_as", "")
    offered = attaching.suggestions(diagnostic=diagnostic, user=user, **form.shop) if chosen else []
    same_as = next((shop for shop in offered if str(shop.pk) == chosen), None)
    brought = attaching.attach(diagnostic=diagnostic, user=user, same_as=same_as, **form.cleaned_data)
    messages.success(request, OUTCOMES[brought.outcome])
    return redirect("portal:my_space")


OUTCOMES = {
    Outcome.NEW: gettext_lazy("Your result is kept in your space."),
    Outcome.KNOWN: gettext_lazy("Your result is kept in your space."),
    Outcome.REQUESTED: gettext_lazy(
        "Your result is kept. Your shop is known already: its owner or our staff will confirm that you belong to it."
    ),
    Outcome.REFUSED: gettext_lazy(
        "Your result is kept for you alone: the owner of this shop did not confirm that you belong to it."
    ),
}


@login_not_required
@require_POST
def tell_me(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """“Tell me when a session opens near me”: asks for what is missing, an address or a municipality, then notes it."""
    diagnostic = access.completed_of(request, public_id)
    topics = Topic.objects.offered().filter(programme=diagnostic.programme)
    topic = get_object_or_404(topics, code=request.POST.get("topic", "").replace("\0", ""))
    user = request.user if request.user.is_authenticated else None
    needs = {"needs_place": diagnostic.city is None, "needs_email": user is None}
    is_first = "wanted" not in request.POST
    form = TellMeForm(
        None if is_first and any(needs.values()) else request.POST, programme=diagnostic.programme, **needs
    )
    if not form.is_valid():
        context = {"programme": diagnostic.programme, "diagnostic": diagnostic, "topic": topic, "form": form}
        return render(request, "diagnostics/tell_me.html", context, status=200 if is_first else 422)
    if user is None and not ratelimit.consume(request, action="diagnostic_mail"):
        messages.error(request, _("Many mails were asked for from here. Please try again in an hour."))
        return redirect("diagnostics:result", public_id)
    city: City = form.cleaned_data["place"] if diagnostic.city is None else diagnostic.city
    email = form.cleaned_data.get("email", "")
    interests.ask(topic=topic, city=city, language=read_in(), user=user, email=email)
    messages.success(
        request,
        _("Noted.") if user else _("We have sent you a mail: press its button, and we will write when a date opens."),
    )
    return redirect("diagnostics:result", public_id)
