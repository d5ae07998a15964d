"""A paper while it is made, and its file; and those of a session, for its trainers and for staff."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import has_second_factor, person
from outbox import files
from programmes.models import Programme
from rendering.languages import read_in
from trainings import certifying, documents
from trainings.models import Session

# Seconds between two looks of a browser without JavaScript.
REFRESH = 2


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one document: what is made, for whom it is styled, and where its file is."""

    document: documents.Document | None
    programme: Programme
    title: str
    about: str
    page_url: str
    file_url: str
    back_url: str


def show(request: HttpRequest, page: Page) -> HttpResponse:
    """POST asks for the document; GET shows how far it is: looked at again by htmx, or by a page that refreshes itself."""
    if request.method == "POST":
        if page.document:
            documents.ask_for(page.document, by=request.user if request.user.is_authenticated else None)
        return redirect(page.page_url)
    is_partial = "HX-Request" in request.headers
    job = documents.job_of(page.document) if page.document else None
    context = {"page": page, "programme": page.programme, "job": job}
    template = "trainings/document.html#progress" if is_partial else "trainings/document.html"
    response = render(request, template, context)
    if job and job.is_open and not is_partial:
        response["Refresh"] = str(REFRESH)
    return response


def hand_over(request: HttpRequest, page: Page) -> HttpResponseBase:
    """The file; what expired, was damaged, or is no longer what would be written, is made again on the document's page."""
    job = documents.job_of(page.document) if page.document else None
    if job is None or job.file is None:
        raise Http404("It was not asked for.")
    try:
        return files.serve(job.file)
    except files.UnservableFile:
        return render(
            request, "trainings/document.html", {"page": page, "programme": page.programme, "job": None}, status=410
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    return show(request, _sheet(_session_of(request, uid, "trainings.view_session")))


@never_cache
@require_safe
def session_sheet_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    return hand_over(request, _sheet(_session_of(request, uid, "trainings.view_session")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_certificates(request: HttpRequest, uid: UUID) -> HttpResponse:
    """POST issues what is earned and not issued yet, and asks for all of them in one file."""
    session = _session_of(request, uid, "trainings.add_certificate")
    if request.method == "POST":
        certifying.issue_all(session=session, by=person(request))
    page = _certificates(session)
    if request.method == "POST" and page.document is None:
        messages.info(request, _("Nobody has earned a certificate here yet: attendance on the dates decides."))
    return show(request, page)


@never_cache
@require_safe
def session_certificates_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    return hand_over(request, _certificates(_session_of(request, uid, "trainings.add_certificate")))


def _session_of(request: HttpRequest, uid: UUID, right: str) -> Session:
    """One that this trainer gives; or any, for staff with this right who showed their second factor. 404 for everybody else."""
    user = person(request)
    is_staff = user.is_staff and has_second_factor(request)
    sessions = Session.objects.all() if is_staff else Session.objects.taught_by(user)
    session = get_object_or_404(sessions.with_names(), uid=uid)
    if is_staff and not user.has_perm(right) and not Session.objects.taught_by(user).filter(pk=session.pk).exists():
        raise PermissionDenied
    return session


def _sheet(session: Session) -> Page:
    return Page(
        document=documents.sheet_of(session, read_in()),
        programme=session.programme,
        title=_("Attendance sheet"),
        about=session.title,
        page_url=reverse("trainings:session_sheet", args=[session.uid]),
        file_url=reverse("trainings:session_sheet_file", args=[session.uid]),
        back_url=reverse("trainings:session", args=[session.uid]),
    )


def _certificates(session: Session) -> Page:
    return Page(
        document=documents.certificates_of(session, read_in()),
        programme=session.programme,
        title=_("Certificates of the session"),
        about=session.title,
        page_url=reverse("trainings:session_certificates", args=[session.uid]),
        file_url=reverse("trainings:session_certificates_file", args=[session.uid]),
        back_url=reverse("trainings:session", args=[session.uid]),
    )
