"""The PDF of a diagnostic, made here, and as it is downloaded."""

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation

from diagnostics import reporting, tasks
from diagnostics.models import Diagnostic
from outbox import tasks as outbox_tasks
from rendering import pdf


def url_of(name, diagnostic):
    return reverse(f"diagnostics:{name}", args=[diagnostic.public_id])


def finished(job):
    job.refresh_from_db()
    return job.finished_at and job


def made(diagnostic, language="en"):
    """The file of a report, made here."""
    job = reporting.ask_for(diagnostic=diagnostic, language=language)
    outbox_tasks.run(job.pk)
    return finished(job).file


def rendered(diagnostic, language):
    """The report itself, as the worker makes it."""
    asked = Diagnostic.objects.with_labels().select_related("business").get(pk=diagnostic.pk)
    with translation.override(language):
        return pdf.render(tasks.report_html(asked))


@dataclass
class Download:
    """What a browser gets for the file, read to its end."""

    status: int
    headers: dict
    body: bytes

    @property
    def name(self):
        return re.search(r'filename="([^"]+)"', self.headers["Content-Disposition"])[1]


def download(client, diagnostic):
    response = client.get(url_of("report_file", diagnostic))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return Download(response.status_code, response.headers, body)
