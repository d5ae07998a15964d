"""Certificates: one's own, with their PDF; and the public page that confirms one."""

from uuid import UUID

from allauth.core.internal import ratelimit  # the public function does not count GETs
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import person
from trainings import certifying, documents, links
from trainings.models import Certificate, Registration
from trainings.views.documents import Page, hand_over, show


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


@login_not_required  # the signed link of the mail is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """For who registered without an account: POST issues it if need be, and asks for the PDF. `?helper=1` for the helper's."""
    registration, is_helper = _linked(request, token)
    if request.method == "POST":
        try:
            certifying.issue(registration=registration, is_helper=is_helper)
        except (certifying.NotEarned, certifying.NoName, certifying.WasRevoked) as error:
            raise Http404("Nothing to be issued.") from error
    return show(request, _linked_page(registration, token, is_helper))


@login_not_required
@never_cache
@require_safe
def certificate_file_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    registration, is_helper = _linked(request, token)
    return hand_over(request, _linked_page(registration, token, is_helper))


def _linked(request: HttpRequest, token: str) -> tuple[Registration, bool]:
    try:
        return links.registration_of(token).standing, bool(request.GET.get("helper"))
    except (links.BadLink, links.ExpiredLink) as error:
        raise Http404("Not one of our links, or too old.") from error


def _linked_page(registration: Registration, token: str, is_helper: bool) -> Page:
    """404 as long as there is nothing to be had."""
    issued = Certificate.objects.standing().with_names().filter(registration=registration, is_helper=is_helper).first()
    if issued is None and not certifying.may_be_issued(registration, is_helper):
        raise Http404("Not earned.")
    query = {"helper": 1} if is_helper else None
    return Page(
        document=documents.certificate_of(issued) if issued else None,
        programme=registration.session.programme,
        title=_title(is_helper),
        about=issued.title if issued else registration.session.title,
        page_url=reverse("trainings:certificate_by_link", args=[token], query=query),
        file_url=reverse("trainings:certificate_file_by_link", args=[token], query=query),
        back_url=reverse("trainings:registration", args=[token]),
    )


def _title(is_helper: bool) -> str:
    return _("The certificate of your helper") if is_helper else _("Your certificate")


def _page(certificate: Certificate) -> Page:
    return Page(
        document=documents.certificate_of(certificate),
        programme=certificate.registration.session.programme,
        title=_title(certificate.is_helper),
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
    if not ratelimit.consume(request, app="allauth.account", action="certificate_check", limit_get=True):
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
