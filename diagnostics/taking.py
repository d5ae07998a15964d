"""Starting a diagnostic, keeping its answers, completing it, doing it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from asking.statements import Given, Statement
from businesses.models import Business, Person, SubSector
from diagnostics import comparing, links
from diagnostics.models import Diagnostic
from programmes.models import City, Programme
from questionnaires.engine.answers import Answer, State, fault_of, read_answers, states_of
from questionnaires.models import Version
from trainings.models import Session

# For a code that nobody has.
TRIES = 3
LOCKED = Statement(lambda: Diagnostic.objects.select_for_update(of=("self",)).with_rules().filter(pk=Given("pk")))

# One statement, which waits for another tab's: neither answer is lost, and none comes after completion. A key that is
# there already is replaced; null takes it out.
KEEP = """
UPDATE diagnostics_diagnostic SET answers = jsonb_strip_nulls(answers || %s), changed_at = %s
WHERE id = %s AND completed_at IS NULL"""


class NoQuestionnaire(Exception):
    """The programme has no self-diagnostic yet."""


class AlreadyCompleted(Exception):
    """What was handed over never changes: a correction is a new diagnostic."""


class Unanswered(Exception):
    """Questions that apply were left out; `questions` names them in their order."""

    def __init__(self, questions: list[str]) -> None:
        self.questions = questions
        super().__init__(", ".join(questions))


def start(
    *,
    programme: Programme,
    sub_sector: SubSector,
    city: City | None,
    staff_size: str,
    language: str,
    person: Person | None = None,
    business: Business | None = None,
    previous: Diagnostic | None = None,
    session: Session | None = None,
    at: datetime | None = None,
) -> Diagnostic:
    """A new diagnostic on the programme's latest questionnaire. Raises NoQuestionnaire."""
    version = Version.objects.latest_of(programme.questionnaire.code) if programme.questionnaire else None
    if version is None:
        raise NoQuestionnaire
    moment = at or timezone.now()
    return _created(
        programme=programme,
        campaign=programme.campaign_at(timezone.localdate(moment)),
        version=version,
        sub_sector=sub_sector,
        city=city,
        staff_size=staff_size,
        language=language,
        person=person,
        business=business,
        previous=previous,
        session=session,
        started_at=moment,
        changed_at=moment,
    )


def _created(tries: int = TRIES, **fields: Any) -> Diagnostic:
    """With a code of its own: it has 40 bits, and once in a long while another diagnostic has it already."""
    public_id = uuid4()
    digest = links.digest_of(links.code_of(public_id))
    try:
        with transaction.atomic():
            return Diagnostic.objects.create(public_id=public_id, code_digest=digest, **fields)
    except IntegrityError:
        if tries == 1:
            raise
        return _created(tries - 1, **fields)


def keep(*, diagnostic: Diagnostic, answers: Mapping[str, Answer | None], at: datetime | None = None) -> Diagnostic:
    """Keeps these answers beside those already there; None takes an answer back.

    Raises AlreadyCompleted, or BadAnswers naming each question; then nothing is kept.
    """
    given = {code: answer for code, answer in answers.items() if answer is not None}
    read_answers(diagnostic.version.diagnoser.questionnaire, given)
    moment = at or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [connection.ops.adapt_json_value(dict(answers), None), moment, diagnostic.pk])
        if not cursor.rowcount:
            raise AlreadyCompleted
    kept = {code: answer for code, answer in diagnostic.answers.items() if code not in answers}
    diagnostic.answers, diagnostic.changed_at = kept | given, moment
    return diagnostic


def states(diagnostic: Diagnostic) -> dict[str, State]:
    """Where each question of this diagnostic stands."""
    questionnaire = diagnostic.version.diagnoser.questionnaire
    trade = questionnaire.sub_sectors.get(diagnostic.sub_sector.code)
    return states_of(questionnaire, read_answers(questionnaire, diagnostic.answers), trade)


def unanswered(diagnostic: Diagnostic) -> list[str]:
    return [code for code, state in states(diagnostic).items() if state == State.UNANSWERED]


@transaction.atomic
def complete(*, diagnostic: Diagnostic, accept_gaps: bool = False, at: datetime | None = None) -> Diagnostic:
    """Freezes the result: score, range, ledger, topics, comparison. Twice does no harm.

    Raises Unanswered unless gaps are accepted; a gap then counts as "I don't know".
    """
    locked = LOCKED.get(pk=diagnostic.pk)
    if locked.is_completed:
        return locked
    left_out = unanswered(locked)
    if left_out and not accept_gaps:
        raise Unanswered(left_out)
    diagnosis = locked.version.diagnoser.diagnose(locked.answers, _trade_in(locked))
    moment = at or timezone.now()
    data = diagnosis.as_data()
    locked.result = data | {
        "peers": comparing.peers_data(locked, moment),
        "previous": comparing.previous_data(locked),
    }
    locked.score = data["score"]
    locked.profile = {code: level["score"] for code, level in data["dimensions"].items()}
    locked.completed_at = moment
    locked.save(update_fields=["result", "score", "profile", "completed_at"])
    return locked


def _trade_in(diagnostic: Diagnostic) -> str:
    """The trade's code if this version knows it: a trade that came later has no rules of its own in it."""
    code = diagnostic.sub_sector.code
    return code if code in diagnostic.version.diagnoser.questionnaire.sub_sectors else ""


def start_again(*, diagnostic: Diagnostic, language: str, at: datetime | None = None) -> Diagnostic:
    """A new diagnostic of the same shop, on the latest questionnaire, with the last answers that still fit filled in."""
    new = start(
        programme=diagnostic.programme,
        sub_sector=diagnostic.sub_sector,
        city=diagnostic.city,
        staff_size=diagnostic.staff_size,
        language=language,
        person=diagnostic.person,
        business=diagnostic.business,
        previous=diagnostic,
        at=at,
    )
    return keep(diagnostic=new, answers=_still_fitting(new, diagnostic.answers), at=at)


def _still_fitting(diagnostic: Diagnostic, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    questions = {question.code: question for question in diagnostic.version.diagnoser.questionnaire.questions()}
    return {
        code: answer for code, answer in answers.items() if code in questions and not fault_of(questions[code], answer)
    }
