"""The papers around a session, made by the worker: the attendance sheet, a certificate, all certificates of a session.

Each is a job whose key says what stands on the paper: as long as that is the same, asking again gives the same file, and once it
changes, nobody is handed an old one.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from outbox import jobs
from outbox.jobs import Made, maker, report_step
from outbox.models import Job
from programmes.folding import folded
from rendering import dates, pdf
from rendering.qr import qr_svg
from trainings import certifying, moments, sheets
from trainings.models import Certificate, Session

SHEET = "attendance-sheet"
CERTIFICATE = "certificate"
CERTIFICATES = "certificates-of-session"
PDF = "application/pdf"
# Names at a door are of use around the day itself.
SHEET_KEPT = timedelta(days=3)
# Days that a certificate names one by one.
MOST_DAYS = 6


@dataclass(frozen=True, slots=True)
class Document:
    """What somebody may ask the worker for."""

    kind: str
    key: str
    args: dict[str, Any]


def sheet_of(session: Session, language: str) -> Document:
    """`session` with its names: whatever stands on the sheet is part of the key."""
    place = (session.venue, session.address, session.host_id)
    stands = [session.title, place, moments.spans(session), session.free_seats, sheets.lines_of(session)]
    return Document(SHEET, _key(session, language, map(repr, stands)), {"session": session.pk, "language": language})


def certificate_of(certificate: Certificate) -> Document:
    return Document(CERTIFICATE, certificate.code, {"certificate": certificate.pk})


def certificates_of(session: Session, language: str) -> Document | None:
    """All that stand, in one file, whose own words are in this language; None while there are none."""
    standing = Certificate.objects.of_session(session).standing().order_by("pk")
    codes = [*standing.values_list("code", flat=True)]
    args = {"session": session.pk, "codes": codes, "language": language}
    return Document(CERTIFICATES, _key(session, language, codes), args) if codes else None


def _key(session: Session, language: str, parts: Iterable[str]) -> str:
    return f"{session.uid}:{language}:{hashlib.sha256('\n'.join(parts).encode()).hexdigest()[:32]}"


def ask_for(document: Document, by: User | None = None) -> Job:
    return jobs.request(kind=document.kind, key=document.key, args=document.args, by=by)


def job_of(document: Document) -> Job | None:
    return Job.objects.current(kind=document.kind, key=document.key).select_related("file").first()


# Makers


@maker(SHEET)
def make_sheet(job: Job) -> Made:
    session = Session.objects.with_names().prefetch_related("trainers").get(pk=job.args["session"])
    with translation.override(job.args["language"]):
        report_step(job, 1, 2, _("Setting the pages"))
        html = sheets.sheet_html(session, made_at=job.requested_at)
        name = f"{_slug(_('attendance'), session.title)}-{_day_of(session)}.pdf"
        return Made(content=pdf.render(html), name=name, content_type=PDF, kept_for=SHEET_KEPT)


@maker(CERTIFICATE)
def make_certificate(job: Job) -> Made:
    certificate = Certificate.objects.with_names().get(pk=job.args["certificate"])
    with translation.override(certificate.language):
        report_step(job, 1, 2, _("Setting the pages"))
        html = certificates_html([certificate_page(certificate)], [certificate], subject=certificate.name)
        name = f"{_slug(_('certificate'), certificate.name)}-{certificate.days[-1].isoformat()}.pdf"
        return Made(content=pdf.render(html), name=name, content_type=PDF)


@maker(CERTIFICATES)
def make_certificates(job: Job) -> Made | None:
    """One page for each person, by alphabet, each in the person's language; those taken back meanwhile are left out."""
    asked = Certificate.objects.with_names().standing().filter(code__in=job.args["codes"])
    certificates = sorted(asked, key=lambda row: (folded(row.name), row.pk))
    if not certificates:
        return None
    with translation.override(job.args["language"]):
        report_step(job, 0, len(certificates), _("Writing the certificates"))
        session = certificates[0].registration.session
        pages = [certificate_page(certificate) for certificate in certificates]
        html = certificates_html(pages, certificates, subject=session.title)
        name = f"{_slug(_('certificates'), session.title)}-{_day_of(session)}.pdf"
        with _pages_reported(job, len(certificates)):
            return Made(content=pdf.render(html), name=name, content_type=PDF)


@contextmanager
def _pages_reported(job: Job, total: int) -> Iterator[None]:
    """Each page that WeasyPrint says it lays out is a step: several hundred of them take longer than a lease."""
    words = _("Setting page %(number)s of %(total)s")

    class Steps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "layout - Page" in record.msg and isinstance(record.args, tuple):
                number = min(int(str(record.args[0])), total)
                report_step(job, number, total, words % {"number": number, "total": total})

    progress, steps = logging.getLogger("weasyprint.progress"), Steps()
    level, progress.propagate = progress.level, False
    progress.addHandler(steps)
    progress.setLevel(logging.INFO)
    try:
        yield
    finally:
        progress.removeHandler(steps)
        progress.setLevel(level)
        progress.propagate = True


def _slug(*words: str) -> str:
    return slugify(" ".join(words))[:70].strip("-")


def _day_of(session: Session) -> str:
    return timezone.localdate(session.starts_at).isoformat() if session.starts_at else "x"


# What stands on a certificate


def certificates_html(pages: Sequence[SafeString], certificates: Sequence[Certificate], subject: str) -> str:
    programme = certificates[0].registration.session.programme
    context = {
        "letterhead": programme.letterhead,
        "made_at": max(row.issued_at for row in certificates),
        "pages": pages,
        "subject": subject,
    }
    return render_to_string("trainings/pdf/certificates.html", context)


def certificate_page(certificate: Certificate) -> SafeString:
    programme = certificate.registration.session.programme
    with translation.override(certificate.language):
        address = certifying.check_url(certificate)
        context = {
            "letterhead": programme.letterhead,
            "programme": programme,
            "certificate": certificate,
            "days": _days(certificate.days),
            "length": length(certificate.minutes),
            "size": _size(certificate.name),
            "title_size": _size(certificate.title),
            "code": certifying.shown(certificate.code),
            "address": address,
            "address_shown": address.split("://", 1)[-1].rstrip("/"),
            "qr": qr_svg(address, _("QR code: leads to the page that confirms this certificate")),
        }
        return render_to_string("trainings/pdf/certificate_page.html", context)


def _size(words: str) -> str:
    """Long words are set smaller, so that any certificate is one page."""
    return "" if len(words) <= 36 else "long" if len(words) <= 80 else "longest"


def _days(days: Sequence[date]) -> list[str]:
    """Each day; of a long course the first, the last, and how many."""
    written = [dates.day(each) for each in days]
    if len(days) <= MOST_DAYS:
        return written
    return [_("%(n)s days, from %(first)s to %(last)s") % {"n": len(days), "first": written[0], "last": written[-1]}]


def length(minutes: int) -> str:
    """3 hours; 7 h 30 where it is not whole."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
