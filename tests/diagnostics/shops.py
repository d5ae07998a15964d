"""Shops that take the diagnostic, and programmes whose content changes under them."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from businesses.models import SubSector
from diagnostics import taking
from diagnostics.models import Diagnostic
from portal import loading
from questionnaires.engine.definition import Kind
from tests.conftest import folder

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def lowest(question):
    """The answer that earns least; on a scale its least value."""
    return _as_answer(question, min(question.points, key=question.points.get))


def highest(question):
    """The answer that earns all points."""
    if question.kind == Kind.SEVERAL:
        return [code for code, points in question.points.items() if points > 0]
    return _as_answer(question, max(question.points, key=question.points.get))


def dont_know(question):
    return "dont-know"


def _as_answer(question, code):
    if question.kind == Kind.SEVERAL:
        return [code]
    return int(code) if question.kind == Kind.SCALE else code


def questions_of(diagnostic):
    return list(diagnostic.version.diagnoser.questionnaire.questions())


def answers(diagnostic, level=lowest, **own):
    """An answer to every question; keywords (with _ for -) give some of them, None leaves one out."""
    given = {code.replace("_", "-"): answer for code, answer in own.items()}
    written = {question.code: level(question) for question in questions_of(diagnostic)} | given
    return {code: answer for code, answer in written.items() if answer is not None}


def finish(diagnostic, level=lowest, at=MAY, **own):
    """The same diagnostic, answered and completed."""
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic, level, **own), at=at)
    return taking.complete(diagnostic=diagnostic, accept_gaps=True, at=at)


def take(programme, trade="florist", level=lowest, at=MAY, **fields):
    """A shop of this trade that has its result."""
    sub_sector = SubSector.objects.get(programme=programme, code=trade)
    own = {"city": None, "staff_size": "alone", "language": "fr"} | fields
    return finish(taking.start(programme=programme, sub_sector=sub_sector, at=at, **own), level, at)


def copies(diagnostic, count):
    """So many shops with the same result, this one included."""
    own = {field.attname: getattr(diagnostic, field.attname) for field in Diagnostic._meta.concrete_fields}
    others = [
        Diagnostic(**own | {"id": None, "public_id": uuid4(), "code_digest": uuid4().hex}) for _ in range(1, count)
    ]
    return [diagnostic, *Diagnostic.objects.bulk_create(others)]


def take_again(diagnostic, level=lowest, at=MAY, **own):
    return finish(taking.start_again(diagnostic=diagnostic, language="fr", at=at), level, at, **own)


def reload(change, name="commerce-connecte"):
    """Loads the programme with its content changed: `change` edits the data of the next version in place."""
    shipped = folder(name)
    data = deepcopy(shipped.content.data)
    change(data)
    return loading.load(replace(shipped, content=replace(shipped.content, data=data)))


def without_question(code):
    def change(data):
        for dimension in data["questionnaire"]["dimensions"]:
            dimension["questions"] = [q for q in dimension["questions"] if q["code"] != code]
        for topic in data["topics"]:
            topic["raises"].pop(code, None)
            for rule in ("after", "goal"):
                topic[rule] = [mark for mark in topic.get(rule) or [] if mark.get("question") != code]

    return change
