"""The printable form, for who gives the session and for staff."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import has_second_factor, person
from rendering.languages import read_in
from surveys import answering, printing
from trainings.models import Session
from trainings.views.documents import Page, hand_over, show


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, uid: UUID) -> HttpResponse:
    return show(request, _page(_session(request, uid)))


@never_cache
@require_safe
def paper_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    return hand_over(request, _page(_session(request, uid)))


def _session(request: HttpRequest, uid: UUID) -> Session:
    """One that this trainer gives, or any for staff who showed their second factor; 404 for everybody else."""
    user = person(request)
    mine = Session.objects.all() if user.is_staff and has_second_factor(request) else Session.objects.taught_by(user)
    session = mine.with_names().filter(uid=uid).first()
    if session is None:
        raise Http404("No session of one's own.")
    return session


def _page(session: Session) -> Page:
    survey = answering.survey_of(session)
    if survey is None:
        raise Http404("Nothing is asked.")
    return Page(
        document=printing.form_of(session, survey, read_in()),
        programme=session.programme,
        title=_("Survey and slip on paper"),
        about=session.title,
        page_url=reverse("surveys:paper", args=[session.uid]),
        file_url=reverse("surveys:paper_file", args=[session.uid]),
        back_url=reverse("trainings:session", args=[session.uid]),
    )
