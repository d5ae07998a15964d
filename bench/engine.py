"""The engine alone: answers and a trade in, the whole diagnosis out, reasons and ledger included."""

import time
from collections.abc import Callable

from bench.client import chance_of
from bench.past import latest_version, random_answers
from bench.saying import median, say
from questionnaires.engine.answers import Answers, read_answers

AIM = 5_000  # diagnostics a second and core

Case = tuple[Answers, str]


def measure(*, rounds: int, diagnostics: int) -> None:
    diagnoser = latest_version().diagnoser
    questionnaire, chance = diagnoser.questionnaire, chance_of(1)
    trades = list(questionnaire.sub_sectors.values())
    chosen = [chance.choice(trades) for _ in range(diagnostics)]
    cases = [(random_answers(questionnaire, trade, chance), trade.code) for trade in chosen]

    def whole(case: Case) -> object:
        return diagnoser.diagnose(*case)

    def stored(case: Case) -> object:
        return diagnoser.diagnose(*case).as_data()

    def floor(case: Case) -> object:
        return read_answers(questionnaire, case[0])

    works = [whole, stored, floor]
    rates = list(zip(*([a_second(work, cases) for work in works] for _ in range(rounds)), strict=True))
    questions, topics = len(diagnoser.scorer.questions), len(questionnaire.topics)
    say(
        f"\nThe engine alone, {questions} questions, {topics} topics, random answers and trades; a second of CPU of one core"
    )
    say(f"  diagnostics, ledger and reasons included  {median(rates[0], 0)}; aim at least {AIM:,}")
    say(f"  the same, written as it is stored         {median(rates[1], 0)}")
    say(f"  floor: the answers only read and checked  {median(rates[2], 0)}")
    say(f"  ratio to the floor                        {median([f / w for w, _, f in zip(*rates, strict=True)], 1)}")


def a_second(work: Callable[[Case], object], cases: list[Case]) -> float:
    started = time.process_time()
    for case in cases:
        work(case)
    return len(cases) / (time.process_time() - started)
