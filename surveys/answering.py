"""Putting answers into the box of a session: by an invitation, or from a sheet of paper that was taken in.

Each answer rewrites the row of the session under its lock, in one transaction. Nothing of who, when or in which order stays
in it, nor what one person said to two questions: docs/decisions/0007-anonymous-answers.md says against whom that holds.
"""

import json
from collections.abc import Sequence
from random import SystemRandom

from django.db import transaction

from outbox.sealing import seal, unseal
from surveys.asked import Given, tallied
from surveys.inviting import Head, is_among, mark_of
from surveys.models import AnswerBox, Survey
from trainings.models import Session

# So many answers come open at once, and as many others stay behind: what is left at closing is enough, too.
BATCH = 5
LOT = SystemRandom()


class NoSurvey(Exception):
    """The programme asks nothing after its sessions."""


class Closed(Exception):
    """The survey of this session is over."""


class AlreadyUsed(Exception):
    """This invitation was used, by answering or by a sheet of paper."""


class NotTaken(Exception):
    """No sheet of this head that could be given back: none was taken in, or some are typed and it may be among them."""


class TypedMeanwhile(Exception):
    """Somebody else typed sheets of this session since the page was opened."""


class TooManySheets(Exception):
    """More sheets than were taken in."""


def box_of(session: Session) -> AnswerBox | None:
    return AnswerBox.objects.select_related("survey").filter(session=session).first()


def survey_of(session: Session) -> Survey | None:
    """The version that is asked after this session: from the first answer on the same one. None where nothing is asked."""
    box = box_of(session)
    return box.survey if box else Survey.objects.current_of(session.programme)


def locked(session: Session) -> AnswerBox:
    """The box of the session, made at the first answer. Raises NoSurvey or Closed."""
    box = AnswerBox.objects.select_for_update().filter(session=session).first()
    if box is None:
        survey = Survey.objects.current_of(session.programme)
        if survey is None:
            raise NoSurvey
        made, _is_new = AnswerBox.objects.get_or_create(session=session, defaults={"survey": survey})
        box = AnswerBox.objects.select_for_update().get(pk=made.pk)
    if box.is_closed:
        raise Closed
    return box


@transaction.atomic
def answer(*, head: Head, given: Given) -> AnswerBox:
    """Raises AlreadyUsed, Closed or NoSurvey, with nothing kept."""
    box = locked(head.session)
    _use(box, head)
    put(box, [given])
    box.save()
    return box


@transaction.atomic
def take_sheet(*, head: Head) -> AnswerBox:
    """A sheet of paper was handed in: the invitation is used. What stands on it is typed later. Raises as `answer`."""
    box = locked(head.session)
    _use(box, head)
    box.on_paper = sorted([*box.on_paper, mark_of(head)])
    box.sheets_taken += 1
    box.save()
    return box


@transaction.atomic
def give_back_sheet(*, head: Head) -> AnswerBox:
    """The tap was beside the wrong name: the invitation can be used again. Raises NotTaken or Closed."""
    box = locked(head.session)
    if not is_among(head, box.on_paper) or not box.gives_back:
        raise NotTaken
    box.on_paper = [mark for mark in box.on_paper if not is_among(head, [mark])]
    box.used = [mark for mark in box.used if not is_among(head, [mark])]
    box.sheets_taken -= 1
    box.used_count -= 1
    box.save()
    return box


@transaction.atomic
def type_sheets(*, session: Session, sheets: Sequence[Given], typed_before: int) -> AnswerBox:
    """What stands on sheets that were taken in; `typed_before` is how many were typed when the page was opened.

    Once all are typed, those who handed them in have answered like everybody else.
    Raises TypedMeanwhile, TooManySheets or Closed, with nothing kept.
    """
    box = locked(session)
    if box.sheets_typed != typed_before:
        raise TypedMeanwhile
    if len(sheets) > box.sheets_left:
        raise TooManySheets
    box.sheets_typed += len(sheets)
    if not box.sheets_left:
        box.on_paper = []
    put(box, sheets)
    box.save()
    return box


def _use(box: AnswerBox, head: Head) -> None:
    if is_among(head, box.used):
        raise AlreadyUsed
    box.used = sorted([*box.used, mark_of(head)])
    box.used_count += 1


# Answers that wait until they are enough


def put(box: AnswerBox, given: Sequence[Given]) -> None:
    """Adds answers to those that wait, and opens as many as may be; whoever calls saves the box that it has locked."""
    waiting = [*_unsealed(box), *given]
    while len(waiting) >= 2 * BATCH:
        LOT.shuffle(waiting)
        _open(box, waiting[:BATCH])
        waiting = waiting[BATCH:]
    _seal(box, waiting)


def open_all(box: AnswerBox) -> None:
    """At closing: what waits is BATCH or more, or the box holds too few altogether."""
    _open(box, _unsealed(box))
    _seal(box, [])


def take_out(box: AnswerBox) -> list[Given]:
    """At closing, of a box with too few: what waits goes into the box of the campaign."""
    waiting = _unsealed(box)
    _seal(box, [])
    return waiting


def _open(box: AnswerBox, given: Sequence[Given]) -> None:
    box.answers = [{"given": one} for one in _mixed([*box.given, *given])]
    box.tallies = tallied(box.survey.questions, box.given)


def _mixed(given: Sequence[Given]) -> list[Given]:
    """As many, in which each question has the same answers, dealt out anew by lot: none is what one person said any more."""
    dealt: list[Given] = [{} for _one in given]
    for code in {code for one in given for code in one}:
        said_here = [one[code] for one in given if code in one]
        for one, said in zip(LOT.sample(dealt, len(said_here)), said_here, strict=True):
            one[code] = said
    return dealt


def _seal(box: AnswerBox, waiting: Sequence[Given]) -> None:
    box.sealed = seal({"answers": json.dumps(list(waiting))}) if waiting else ""
    box.waiting = len(waiting)


def _unsealed(box: AnswerBox) -> list[Given]:
    waiting: list[Given] = json.loads(unseal(box.sealed).get("answers", "[]"))
    return waiting
