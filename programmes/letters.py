"""Letters to the cities of a campaign: one text, filled in city by city, in one PDF that the worker makes."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from outbox import jobs
from outbox.jobs import Made, maker, report_step
from outbox.models import Job, JobQuerySet
from programmes import engaging
from programmes.models import Campaign, Engagement, LetterTemplate
from questionnaires.texts import said
from rendering import dates, pdf

KIND = "letters-to-cities"
# They are printed and signed: long enough for that.
KEPT = timedelta(days=7)
WORD = re.compile(r"\{([^{}]*)\}")
WORDS = {
    "city": gettext_lazy("the name of the city"),
    "contact": gettext_lazy("whom one speaks to there"),
    "programme": gettext_lazy("the name of the programme"),
    "campaign": gettext_lazy("the name of the campaign"),
    "starts": gettext_lazy("its first day"),
    "ends": gettext_lazy("its last day"),
    "owner": gettext_lazy("who of the team looks after the city"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, as it is set, in its own language."""

    language: str
    city: str
    contact: str
    subject: str
    paragraphs: Sequence[str]
    signature: str


def language_of(row: Engagement) -> str:
    """In which a city is written to: its own as the file says, else the first of the programme."""
    return row.city.language or str(row.campaign.programme.languages[0])


def languages_of(campaign: Campaign, rows: Iterable[Engagement]) -> list[str]:
    """Those that letters to these need, in the order of the programme; without any the first."""
    needed = {language_of(row) for row in rows} or {campaign.programme.languages[0]}
    return [language for language in campaign.programme.languages if language in needed]


def template_of(campaign: Campaign, language: str) -> LetterTemplate:
    """The campaign's text in this language; where none is written yet, one to begin with."""
    kept = LetterTemplate.objects.filter(campaign=campaign, language=language).first()
    return kept or _to_begin_with(campaign, language)


def _to_begin_with(campaign: Campaign, language: str) -> LetterTemplate:
    with translation.override(language):
        subject = _("{programme}: an invitation to {city}")
        text = _(
            "We would be glad to have {city} in {programme}.\n\n"
            "The campaign “{campaign}” runs from {starts} to {ends}. Shops of your city learn in one evening what "
            "digital tools can do for them, and leave with a plan of their own. The programme brings the trainers; "
            "the city offers a room and tells its shops.\n\n"
            "May we hear from you whether your city wishes to take part?"
        )
        signature = campaign.programme.contact_name or campaign.programme.name
        return LetterTemplate(campaign=campaign, language=language, subject=subject, text=text, signature=signature)


def check(text: str) -> None:
    """Raises ValidationError where a word in braces is none that is filled in."""
    if unknown := sorted({word for word in WORD.findall(text) if word not in WORDS}):
        told = _("Nothing is filled in for %(words)s. The words in braces are: %(known)s.")
        braced = ", ".join(f"{{{word}}}" for word in unknown)
        known = ", ".join(f"{{{word}}}" for word in WORDS)
        raise ValidationError(told % {"words": braced, "known": known})


def keep_text(
    *, campaign: Campaign, language: str, subject: str, text: str, signature: str, by: User
) -> LetterTemplate:
    """Raises ValidationError."""
    for each in (subject, text):
        check(each)
    values = {"subject": subject, "text": text, "signature": signature, "changed_by": by}
    return LetterTemplate.objects.update_or_create(campaign=campaign, language=language, defaults=values)[0]


@transaction.atomic
def ask_for(
    *,
    campaign: Campaign,
    rows: Iterable[Engagement],
    by: User,
    is_invitation: bool = False,
    at: datetime | None = None,
) -> Job:
    """One PDF with a letter to each in its language, dated with that day. Twice gives the same.

    As invitations they are noted in the grid.
    """
    day, rows = timezone.localdate(at or timezone.now()), [*rows]
    if is_invitation:
        engaging.invite(rows=rows, by=by, at=at)
    texts = {language: template_of(campaign, language) for language in languages_of(campaign, rows)}
    args = {
        "campaign": campaign.pk,
        "rows": sorted((row.pk, language_of(row)) for row in rows),
        "texts": {language: _texts(template) for language, template in texts.items()},
        "day": day.isoformat(),
    }
    words = sorted((row.pk, sorted(words_for(row).items())) for row in rows)
    return jobs.request(kind=KIND, key=hashlib.sha256(repr([args, words]).encode()).hexdigest()[:32], args=args, by=by)


def _texts(template: LetterTemplate) -> dict[str, str]:
    return {"subject": template.subject, "text": template.text, "signature": template.signature}


def of(campaign: Campaign) -> JobQuerySet:
    """What was asked for and can still be had: whoever of the staff prints it."""
    since = timezone.now() - KEPT
    own = Job.objects.filter(kind=KIND, args__campaign=campaign.pk, superseded_at=None, requested_at__gt=since)
    return own.select_related("file", "requested_by").order_by("-pk")


@maker(KIND)
def make(job: Job) -> Made | None:
    """A letter a page, by alphabet; cities that are gone from the grid meanwhile are left out."""
    languages = dict(job.args["rows"])
    rows = [*Engagement.objects.filter(pk__in=languages).with_names().order_by("city__name_key", "pk")]
    if not rows:
        return None
    campaign, day = rows[0].campaign, date.fromisoformat(job.args["day"])
    report_step(job, 1, 2, _("Setting the pages"))
    pages = [page_to(row, languages[row.pk], job.args["texts"][languages[row.pk]], day) for row in rows]
    with translation.override(str(campaign.programme.languages[0])):
        context = {"letterhead": campaign.programme.letterhead, "made_at": job.requested_at, "pages": pages}
        html = render_to_string("programmes/pdf/letters.html", context)
        name = f"{slugify(f'{_("letters")} {campaign.name}')[:70].strip('-')}-{job.args['day']}.pdf"
        return Made(content=pdf.render(html), name=name, content_type="application/pdf", kept_for=KEPT)


def page_to(row: Engagement, language: str, texts: Mapping[str, str], day: date) -> SafeString:
    """One letter, in this language from its head to its foot."""
    with translation.override(language):
        programme = row.campaign.programme
        context = {"letter": letter_to(row, language, texts), "day": day, "programme": programme}
        return render_to_string("programmes/pdf/letter_page.html", context)


def letter_to(row: Engagement, language: str, texts: Mapping[str, str]) -> Letter:
    """In the language that is active."""
    words = words_for(row)
    return Letter(
        language=language,
        city=row.city.name,
        contact=row.contact,
        subject=filled_in(texts["subject"], words),
        paragraphs=[part for part in re.split(r"\n\s*\n", filled_in(texts["text"], words).strip()) if part],
        signature=texts["signature"],
    )


def words_for(row: Engagement) -> Mapping[str, str]:
    campaign = row.campaign
    return {
        "city": row.city.name,
        "contact": row.contact,
        "programme": campaign.programme.name,
        "campaign": said(campaign.names),
        "starts": dates.day(campaign.starts_on),
        "ends": dates.day(campaign.ends_on),
        "owner": str(row.owner or ""),
    }


def filled_in(text: str, words: Mapping[str, str]) -> str:
    """Once: what a word is filled in with is never filled in again."""
    return WORD.sub(lambda found: words.get(found[1], found[0]), text.replace("\r\n", "\n"))
