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
from django.utils.formats import date_format
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
from rendering import pdf

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
    """One letter, as it is set."""

    city: str
    contact: str
    subject: str
    paragraphs: Sequence[str]
    signature: str


def language_of(campaign: Campaign) -> str:
    """Letters are in the first language of the programme."""
    return str(campaign.programme.languages[0])


def template_of(campaign: Campaign) -> LetterTemplate:
    """The campaign's text; where none is written yet, one to begin with."""
    kept = LetterTemplate.objects.filter(campaign=campaign).first()
    if kept:
        return kept
    with translation.override(language_of(campaign)):
        subject = _("{programme}: an invitation to {city}")
        text = _(
            "We would be glad to have {city} in {programme}.\n\n"
            "The campaign “{campaign}” runs from {starts} to {ends}. Shops of your city learn in one evening what "
            "digital tools can do for them, and leave with a plan of their own. The programme brings the trainers; "
            "the city offers a room and tells its shops.\n\n"
            "May we hear from you whether your city wishes to take part?"
        )
        signature = campaign.programme.contact_name or campaign.programme.name
        return LetterTemplate(campaign=campaign, subject=subject, text=text, signature=signature)


def check(text: str) -> None:
    """Raises ValidationError where a word in braces is none that is filled in."""
    if unknown := sorted({word for word in WORD.findall(text) if word not in WORDS}):
        told = _("Nothing is filled in for %(words)s. The words in braces are: %(known)s.")
        braced = ", ".join(f"{{{word}}}" for word in unknown)
        known = ", ".join(f"{{{word}}}" for word in WORDS)
        raise ValidationError(told % {"words": braced, "known": known})


def keep_text(*, campaign: Campaign, subject: str, text: str, signature: str, by: User) -> LetterTemplate:
    """Raises ValidationError."""
    for each in (subject, text):
        check(each)
    values = {"subject": subject, "text": text, "signature": signature, "changed_by": by}
    return LetterTemplate.objects.update_or_create(campaign=campaign, defaults=values)[0]


@transaction.atomic
def ask_for(
    *,
    rows: Iterable[Engagement],
    template: LetterTemplate,
    by: User,
    is_invitation: bool = False,
    at: datetime | None = None,
) -> Job:
    """One PDF with a letter to each, dated with that day. Twice gives the same. As invitations they are noted in the grid."""
    day, rows = timezone.localdate(at or timezone.now()), [*rows]
    if is_invitation:
        to_invite = [row for row in rows if row.state == Engagement.State.TO_INVITE]
        for row in to_invite:
            engaging.change(engagement=row, values={"state": Engagement.State.INVITED}, by=by, at=at)
    args = {
        "campaign": template.campaign_id,
        "rows": sorted(row.pk for row in rows),
        "subject": template.subject,
        "text": template.text,
        "signature": template.signature,
        "day": day.isoformat(),
    }
    words = sorted((row.pk, sorted(words_for(row).items())) for row in rows)
    return jobs.request(kind=KIND, key=hashlib.sha256(repr([args, words]).encode()).hexdigest()[:32], args=args, by=by)


def of(campaign: Campaign) -> JobQuerySet:
    """What was asked for and can still be had: whoever of the staff prints it."""
    since = timezone.now() - KEPT
    own = Job.objects.filter(kind=KIND, args__campaign=campaign.pk, superseded_at=None, requested_at__gt=since)
    return own.select_related("file", "requested_by").order_by("-pk")


@maker(KIND)
def make(job: Job) -> Made | None:
    """A letter a page, by alphabet; cities that are gone from the grid meanwhile are left out."""
    rows = [*Engagement.objects.filter(pk__in=job.args["rows"]).with_names().order_by("city__name_key", "pk")]
    if not rows:
        return None
    campaign = rows[0].campaign
    with translation.override(language_of(campaign)):
        report_step(job, 1, 2, _("Setting the pages"))
        html = letters_html(
            [letter_to(row, job.args) for row in rows], campaign, date.fromisoformat(job.args["day"]), job
        )
        name = f"{slugify(f'{_("letters")} {campaign.name}')[:70].strip('-')}-{job.args['day']}.pdf"
        return Made(content=pdf.render(html), name=name, content_type="application/pdf", kept_for=KEPT)


def letter_to(row: Engagement, template: Mapping[str, str]) -> Letter:
    """In the language that is active."""
    words = words_for(row)
    return Letter(
        city=row.city.name,
        contact=row.contact,
        subject=filled_in(template["subject"], words),
        paragraphs=[part for part in re.split(r"\n\s*\n", filled_in(template["text"], words).strip()) if part],
        signature=template["signature"],
    )


def words_for(row: Engagement) -> Mapping[str, str]:
    campaign = row.campaign
    return {
        "city": row.city.name,
        "contact": row.contact,
        "programme": campaign.programme.name,
        "campaign": said(campaign.names),
        "starts": date_format(campaign.starts_on, "DATE_FORMAT"),
        "ends": date_format(campaign.ends_on, "DATE_FORMAT"),
        "owner": str(row.owner or ""),
    }


def filled_in(text: str, words: Mapping[str, str]) -> str:
    """Once: what a word is filled in with is never filled in again."""
    return WORD.sub(lambda found: words.get(found[1], found[0]), text.replace("\r\n", "\n"))


def letters_html(letters: Sequence[Letter], campaign: Campaign, day: date, job: Job) -> str:
    programme = campaign.programme
    context = {
        "letters": letters,
        "day": day,
        "programme": programme,
        "programme_name": programme.name,
        "programme_line": programme.tagline,
        "colour": programme.colour,
        "colour_dark": programme.colour_dark,
        "made_at": job.requested_at,
    }
    return render_to_string("programmes/pdf/letters.html", context)
