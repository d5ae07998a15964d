"""How many of those who were there have answered: what trainers may see, and the lists of staff."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from surveys import inviting
from surveys.inviting import Head
from surveys.models import AnswerBox
from trainings.models import Attendance, Session


@dataclass(frozen=True, slots=True)
class Turnout:
    """Paper and online together."""

    session: Session
    present: int
    answered: int = 0
    sheets_left: int = 0
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who was there, as staff see them; never what was answered."""

    head: Head
    token: str
    has_answered: bool
    is_on_paper: bool
    has_signed: bool


def turnout_of(session: Session) -> Turnout:
    return turnouts([session])[0]


def turnouts(sessions: Iterable[Session]) -> list[Turnout]:
    """In the order given; two queries, however many they are."""
    listed = [*sessions]
    there = Attendance.objects.filter(registration__session__in=listed, is_present=True).order_by()
    heads = Counter(
        session
        for session, _registration, _is_helper in there.values_list(
            "registration__session", "registration", "is_helper"
        ).distinct()
    )
    boxes = {box.session_id: box for box in AnswerBox.objects.filter(session__in=listed).defer("answers", "sealed")}
    return [_turnout(session, heads[session.pk], boxes.get(session.pk)) for session in listed]


def _turnout(session: Session, present: int, box: AnswerBox | None) -> Turnout:
    if box is None:
        return Turnout(session, present)
    return Turnout(session, present, box.used_count, box.sheets_left, box.is_closed)


def listed(session: Session, box: AnswerBox | None) -> list[Listed]:
    used, on_paper = (box.used, box.on_paper) if box else ([], [])
    heads = inviting.heads_of(session)
    slips = session.registrations.filter(slips__isnull=False).values_list("pk", "slips__is_helper")
    signed = set(slips)
    return [
        Listed(
            head,
            inviting.token_of(head),
            inviting.is_among(head, used),
            inviting.is_among(head, on_paper),
            (head.registration.pk, head.is_helper) in signed,
        )
        for head in heads
    ]
