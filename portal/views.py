from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import person
from businesses import joining
from businesses.models import Membership
from diagnostics.models import Diagnostic
from portal import mails
from portal.notices import paragraphs
from programmes.models import OFFERED, OFFERED_AS, Programme
from questionnaires.engine.recommending import PROPOSED
from questionnaires.models import Version
from rendering.colours import READABLE, contrast, programme_css
from trainings import certifying
from trainings.finding import registrations_for_list
from trainings.models import Interest
from trainings.presenting import Mine, certified


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    programmes = OFFERED.all()
    if len(programmes) == 1:
        return welcome(request, programmes[0])
    return render(request, "portal/programmes.html", {"programmes": programmes})


@login_not_required
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    return welcome(request, OFFERED_AS.get_or_404(code=code))


def welcome(request: HttpRequest, programme: Programme) -> HttpResponse:
    """The home page of one programme; its numbers are those of the questionnaire that one would take now."""
    version = Version.objects.latest_of(f"{programme.code}/self-diagnostic")
    context = {"programme": programme, "version": version, "proposed": PROPOSED}
    return render(request, "portal/home.html", context)


@login_not_required
@require_safe
def notices(request: HttpRequest, code: str) -> HttpResponse:
    """A programme's own texts: legal notice, personal data, accessibility, what is fictitious."""
    programme = OFFERED_AS.get_or_404(code=code)
    context = {"programme": programme, "privacy": [*paragraphs(programme.privacy_notice)]}
    return render(request, "portal/notices.html", context)


@never_cache
@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    """What one's roles ask (`work`, portal.context), and what is kept for a person: sessions, certificates, results, shops, who wants to join them, what one asked for and was sent."""
    user = person(request)
    registrations = list(registrations_for_list(user))
    mine = [Mine(registration, timezone.now()) for registration in registrations]
    context = {
        "mine": mine,
        "coming": [one for one in mine if one.is_coming],
        "past": [one for one in reversed(mine) if not one.is_coming],
        "certificates": certified(certifying.earned_among(registrations)),
        "mails": list(mails.received_by(user, registrations)),
        "diagnostics": Diagnostic.objects.of(user).completed().with_labels().select_related("business").latest_first(),
        "memberships": Membership.objects.filter(person__user=user).select_related("business__city"),
        "waiting": Membership.objects.waiting_for(user).select_related("business", "person"),
        "interests": Interest.objects.standing().filter(user=user).with_names(),
    }
    return render(request, "portal/my_space.html", context)


@require_POST
def decide(request: HttpRequest, membership: int) -> HttpResponse:
    """An owner says whether somebody belongs to the shop."""
    user = person(request)
    asked = get_object_or_404(Membership.objects.waiting_for(user), pk=membership)
    if "approve" in request.POST:
        joining.approve(membership=asked, by=user)
        messages.success(request, _("%(name)s now belongs to your shop.") % {"name": asked.person})
    else:
        joining.refuse(membership=asked, by=user)
        messages.success(request, _("%(name)s was refused, and sees nothing of your shop.") % {"name": asked.person})
    return redirect("portal:my_space")


@login_not_required
@require_safe
@cache_control(public=True, max_age=30 * 24 * 3600)
def colours(request: HttpRequest, colour: str) -> HttpResponse:
    """A programme's colours as a style sheet: a function of the colour alone, so that browsers may keep it."""
    if contrast(f"#{colour}", "#ffffff") < READABLE:
        raise Http404
    return HttpResponse(programme_css(f"#{colour}"), content_type="text/css")
