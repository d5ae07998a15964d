"""What a programme that has run for a while has in its database: its content and some hundred shops that took the diagnostic."""

import random
from io import StringIO

from django.core.management import call_command
from django.db import transaction

from bench.bare.models import make_tables
from bench.client import chance_of
from businesses.models import StaffSize, SubSector
from diagnostics import taking
from diagnostics.models import Diagnostic
from programmes.models import City, Programme
from questionnaires.engine.answers import Answer, State, choices_in, states_of
from questionnaires.engine.definition import DONT_KNOW, NOT_APPLICABLE, Kind, Question, Questionnaire
from questionnaires.engine.definition import SubSector as Trade
from questionnaires.models import Version

SHOPS = 300
FOLDER = "content/commerce-connecte"


def load_content() -> None:
    """Idempotent: tables and content."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_programme", FOLDER, stdout=StringIO())
    make_tables()


def prepare() -> None:
    """Idempotent: tables, content, past diagnostics."""
    load_content()
    missing = SHOPS - Diagnostic.objects.completed().count()
    if missing > 0:
        take(missing, chance_of(1))


@transaction.atomic
def take(count: int, chance: random.Random) -> list[Diagnostic]:
    programme = Programme.objects.get(code="commerce-connecte")
    trades, cities = list(SubSector.objects.select_related("family")), list(City.objects.offered())
    return [take_one(programme, chance.choice(trades), chance.choice(cities), chance) for _ in range(count)]


def take_one(programme: Programme, trade: SubSector, city: City, chance: random.Random) -> Diagnostic:
    diagnostic = taking.start(
        programme=programme, sub_sector=trade, city=city, staff_size=chance.choice(StaffSize.values), language="fr"
    )
    questionnaire = diagnostic.version.diagnoser.questionnaire
    answers = random_answers(questionnaire, questionnaire.sub_sectors.get(trade.code), chance)
    taking.keep(diagnostic=diagnostic, answers=answers)
    return taking.complete(diagnostic=diagnostic, accept_gaps=True)


def latest_version() -> Version:
    version = Version.objects.latest_of("commerce-connecte/self-diagnostic")
    assert version is not None  # noqa: S101
    return version


def random_answers(questionnaire: Questionnaire, trade: Trade | None, chance: random.Random) -> dict[str, Answer]:
    """As somebody gives them who answers every question that is asked."""
    answers: dict[str, Answer] = {}
    for question in questionnaire.questions():
        chosen = {code: choices_in(answer) for code, answer in answers.items()}
        if states_of(questionnaire, chosen, trade)[question.code] == State.UNANSWERED:
            answers[question.code] = random_answer(question, chance)
    return answers


def random_answer(question: Question, chance: random.Random) -> Answer:
    if chance.random() < 0.05:
        return NOT_APPLICABLE if question.offers_not_applicable and chance.random() < 0.5 else DONT_KNOW
    codes = list(question.points)
    if question.kind == Kind.SINGLE:
        return chance.choice(codes)
    if question.kind == Kind.SCALE:
        return int(chance.choice(codes))
    several = [code for code in codes if code not in question.none_choices]
    return chance.sample(several, chance.randint(1, len(several)))
