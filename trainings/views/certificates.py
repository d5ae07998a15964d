"""Certificates: one's own, with their PDF; and the public page that confirms one."""

from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import person
from trainings import certifying, documents
from trainings.models import Certificate, Registration
from trainings.views.documents import Page, hand_over, show

# Codes that one connection may look up: enough for a room that checks its certificates, too few to guess one.
TRIES = {"certificate_check": "60/10m/ip"}


@never_cache
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """What one has earned, and what was issued."""
    mine = certifying.earned(Registration.objects.of(person(request)).order_by("-session__starts_at", "pk"))
    issued = Certificate.objects.of(person(request)).with_names()
    waiting = [head for head in mine if head.may_be_issued]
    return render(request, "trainings/certificates.html", {"certificates": issued, "waiting": waiting})


@never_cache
@require_POST
def certificate_issue(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One's own, as soon as it is earned: issued, and its PDF asked for. `uid` is the registration's."""
    registration = get_object_or_404(Registration.objects.of(person(request)).with_names(), uid=uid)
    try:
        issued = certifying.issue(
            registration=registration, is_helper=bool(request.POST.get("helper")), by=person(request)
        )
    except (certifying.NotEarned, certifying.NoName, certifying.WasRevoked):
        messages.error(request, _("There is no certificate to be had here. Ask us if you think that there should be."))
        return redirect("trainings:certificates")
    documents.ask_for(documents.certificate_of(issued), by=person(request))
    return redirect("trainings:certificate", issued.uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """POST asks for the PDF; GET shows how far it is."""
    return show(request, _page(_own(request, uid)))


@never_cache
@require_safe
def certificate_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    return hand_over(request, _page(_own(request, uid)))


def _own(request: HttpRequest, uid: UUID) -> Certificate:
    """That of somebody else, and one that was taken back, are not there."""
    return get_object_or_404(Certificate.objects.of(person(request)).standing().with_names(), uid=uid)


def _page(certificate: Certificate) -> Page:
    return Page(
        document=documents.certificate_of(certificate),
        programme=certificate.registration.session.programme,
        title=_("Your certificate") if not certificate.is_helper else _("The certificate of your helper"),
        about=certificate.title,
        page_url=reverse("trainings:certificate", args=[certificate.uid]),
        file_url=reverse("trainings:certificate_file", args=[certificate.uid]),
        back_url=reverse("trainings:certificates"),
    )


@login_not_required
@never_cache
@require_safe
def certificate_check(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a certificate is ours and stands: initials, title and dates, for whoever has its code."""
    wanted = (code or request.GET.get("code", ""))[:40].strip()
    if not wanted:
        return _checked(request, {}, 200)
    if not ratelimit.consume(request, app="trainings", action="certificate_check", config=TRIES, limit_get=True):
        return _checked(request, {"is_limited": True}, 429)
    found = certifying.by_code(wanted)
    if found is None:
        return _checked(request, {"is_unknown": True, "code": wanted}, 404)
    context = {
        "programme": found.registration.session.programme,
        "certificate": found,
        "code": certifying.shown(found.code),
        "initials": certifying.initials(found.name),
    }
    return _checked(request, context, 200)


def _checked(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "trainings/certificate_check.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
