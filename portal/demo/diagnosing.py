"""Made-up self-diagnostics: answers around a level, by the same verbs as the pages use."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from diagnostics import attaching, taking
from diagnostics.models import Diagnostic
from outbox import past
from portal.demo.people import Shop
from programmes.models import Programme
from questionnaires.engine.answers import Answer, choices_in
from questionnaires.engine.definition import DONT_KNOW, NOT_APPLICABLE, Kind, Question
from trainings.models import Session


def begin(shop: Shop, programme: Programme, at: datetime, session: Session | None = None) -> Diagnostic:
    """No question is answered yet."""
    with past.telling(at):
        return taking.start(
            programme=programme,
            sub_sector=shop.trade,
            city=shop.city,
            staff_size=shop.size,
            language=shop.language,
            session=session,
            at=at,
        )


def take(
    shop: Shop, programme: Programme, chance: random.Random, at: datetime, session: Session | None = None
) -> Diagnostic:
    """In the room of a session, or alone; without leaving a name."""
    return answer(begin(shop, programme, at, session), shop.level, chance, at)


def take_by(
    shop: Shop, programme: Programme, chance: random.Random, at: datetime, session: Session | None = None
) -> Diagnostic:
    """The same; who has a login keeps it."""
    done = take(shop, programme, chance, at, session)
    if user := shop.login:
        attaching.attach(
            diagnostic=done,
            user=user,
            name=shop.name,
            person_name=shop.owner,
            postal_code=shop.postal_code,
            at=done.completed_at,
        )
    return done


def take_again(diagnostic: Diagnostic, level: float, chance: random.Random, at: datetime) -> Diagnostic:
    last = Diagnostic.objects.get(pk=diagnostic.pk)
    with past.telling(at):
        again = taking.start_again(diagnostic=last, language=last.language, at=at)
    return answer(again, level, chance, at)


def answer(diagnostic: Diagnostic, level: float, chance: random.Random, at: datetime) -> Diagnostic:
    answers: dict[str, Answer] = {}
    for question in diagnostic.version.diagnoser.questionnaire.questions():
        if _is_open(question, answers):
            answers[question.code] = _answer(question, chance, level)
    done = at + timedelta(minutes=chance.uniform(4, 14))
    taking.keep(diagnostic=diagnostic, answers=answers, at=done)
    return taking.complete(diagnostic=diagnostic, accept_gaps=True, at=done)


def _is_open(question: Question, answers: Mapping[str, Answer]) -> bool:
    if question.only_if is None:
        return True
    earlier = answers.get(question.only_if.question)
    return earlier is not None and not question.only_if.choices.isdisjoint(choices_in(earlier))


def _answer(question: Question, chance: random.Random, level: float) -> Answer:
    if chance.random() < 0.06:
        return DONT_KNOW
    if question.offers_not_applicable and chance.random() < 0.05:
        return NOT_APPLICABLE
    wanted = min(max(chance.gauss(level, 0.22), 0), 1)
    if question.kind == Kind.SEVERAL:
        return _several(question, chance, wanted)
    nearest = min(question.points, key=lambda code: abs(float(question.ratio([code])) - wanted))
    return int(nearest) if question.kind == Kind.SCALE else nearest


def _several(question: Question, chance: random.Random, wanted: float) -> Answer:
    good = [code for code, points in question.points.items() if points > 0]
    return chance.sample(good, round(wanted * len(good))) or sorted(question.none_choices)[:1] or DONT_KNOW
