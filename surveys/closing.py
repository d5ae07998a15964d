"""The end of a survey: who answered becomes a number, and a session with too few answers hands them to its campaign."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from surveys.answering import BATCH, open_all, put, take_out
from surveys.models import AnswerBox
from surveys.telling import mails_of
from trainings.models import Session

# After the end of a session; paper that comes later is too late.
CLOSES_AFTER = timedelta(days=30)


def close_due(at: datetime | None = None) -> int:
    """Closes the boxes whose time is over, those of sessions first; returns how many. Twice does no harm."""
    now = at or timezone.now()
    over = AnswerBox.objects.open().of_sessions().filter(session__ends_at__lte=now - CLOSES_AFTER)
    campaigns = AnswerBox.objects.open().of_campaigns().filter(campaign__ends_on__lt=(now - 2 * CLOSES_AFTER).date())
    sessions = [pk for pk in over.values_list("pk", flat=True) if close(pk=pk, at=now)]
    return len(sessions) + len([pk for pk in campaigns.values_list("pk", flat=True) if _close_campaign(pk, now)])


def closes_at(session: Session) -> datetime | None:
    return session.ends_at + CLOSES_AFTER if session.ends_at else None


@transaction.atomic
def close(*, pk: int, at: datetime) -> bool:
    """One box of a session; with it go the mails, which say who answered before them. False when it is closed already."""
    box = AnswerBox.objects.select_for_update().filter(pk=pk, closed_on=None).first()
    if box is None:
        return False
    if box.waiting >= BATCH:
        open_all(box)
    elif box.waiting:
        _hand_to_campaign(box)
    box.used, box.on_paper, box.closed_on = [], [], timezone.localdate(at)
    box.save()
    if box.session:
        mails_of(box.session).delete()
    return True


def _hand_to_campaign(box: AnswerBox) -> None:
    campaign = box.session.campaign if box.session else None
    made, _is_new = AnswerBox.objects.get_or_create(campaign=campaign, survey=box.survey)
    gathered = AnswerBox.objects.select_for_update().get(pk=made.pk)
    put(gathered, take_out(box))
    gathered.closed_on = None
    gathered.save()


@transaction.atomic
def _close_campaign(pk: int, at: datetime) -> bool:
    """What is still too few stays closed for good, and is erased."""
    box = AnswerBox.objects.select_for_update().filter(pk=pk, closed_on=None).first()
    if box is None:
        return False
    if box.waiting >= BATCH:
        open_all(box)
    else:
        take_out(box)
    box.closed_on = timezone.localdate(at)
    box.save()
    return True
