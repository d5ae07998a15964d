from typing import Any

from celery import shared_task
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from diagnostics import links, mailing, months, reporting
from diagnostics.models import Diagnostic
from diagnostics.presenting import ResultView
from outbox.jobs import Made, maker, report_step
from outbox.mail import context_of
from outbox.models import Job
from rendering import pdf


@maker(reporting.KIND)
def make_report(job: Job) -> Made:
    """The PDF of a result, in the language that was asked for."""
    diagnostic = Diagnostic.objects.with_labels().select_related("business").get(pk=job.args["diagnostic"])
    with translation.override(job.args["language"]):
        report_step(job, 1, 3, _("Writing your report"))
        html = report_html(diagnostic)
        report_step(job, 2, 3, _("Setting the pages"))
        return Made(content=pdf.render(html), name=reporting.file_name(diagnostic), content_type="application/pdf")


@shared_task  # type: ignore[untyped-decorator]
def count_months() -> None:
    """What figures read of the months that are over."""
    months.count_due()


def report_html(diagnostic: Diagnostic) -> str:
    programme = diagnostic.programme
    context = {
        "diagnostic": diagnostic,
        "view": ResultView(diagnostic),
        "code": links.own_code(diagnostic),
        "programme": programme,
        "letterhead": programme.letterhead,
        "made_at": diagnostic.completed_at,
    }
    return render_to_string("diagnostics/pdf/report.html", context)


@context_of(mailing.LINK)
def link_context(ids: dict[str, Any], secrets: dict[str, str]) -> dict[str, str]:
    diagnostic = Diagnostic.objects.select_related("programme").get(pk=ids["diagnostic"])
    code = links.own_code(diagnostic)
    return {"link": secrets["link"], "code": code, "programme": diagnostic.programme.name}
