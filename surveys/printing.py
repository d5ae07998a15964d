"""The form on paper: the survey without a name, and the signed slip below a line to cut along."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from outbox.jobs import Made, maker, report_step
from outbox.models import Job
from rendering import pdf
from surveys.models import Slip, Survey
from trainings import moments
from trainings.documents import PDF, Document
from trainings.models import Session

FORM = "survey-form"


def form_of(session: Session, survey: Survey, language: str) -> Document:
    stands = f"{session.uid}:{survey.pk}:{session.sequence}:{language}"
    return Document(FORM, stands, {"session": session.pk, "survey": survey.pk, "language": language})


@maker(FORM)
def make_form(job: Job) -> Made:
    session = Session.objects.with_names().get(pk=job.args["session"])
    survey = Survey.objects.get(pk=job.args["survey"])
    with translation.override(job.args["language"]):
        report_step(job, 1, 2, _("Setting the pages"))
        day = timezone.localdate(session.starts_at).isoformat() if session.starts_at else "x"
        name = f"{slugify(_('survey'))}-{slugify(session.title)[:60]}-{day}.pdf"
        return Made(content=pdf.render(form_html(session, survey, job.requested_at)), name=name, content_type=PDF)


def form_html(session: Session, survey: Survey, made_at: datetime) -> str:
    """In the active language."""
    context = {
        "letterhead": session.programme.letterhead,
        "made_at": made_at,
        "session": session,
        "when": moments.day(session.starts_at) if session.starts_at else "",
        "survey": survey,
        "questions": survey.questions,
        "reasons": Slip.Reason.labels,
    }
    return render_to_string("surveys/pdf/form.html", context)
