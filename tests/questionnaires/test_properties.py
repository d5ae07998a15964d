"""What holds for every questionnaire and every set of answers (issue 2, section 3), on randomly made ones."""

import json
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from questionnaires.engine.definition import questionnaire_from
from questionnaires.engine.diagnosing import Diagnoser
from questionnaires.engine.scoring import apportion, half_up
from tests.questionnaires import reference
from tests.questionnaires.making import a_case, all_questions, an_answer, some_answers

TRADES = ["", "trade-a", "trade-b"]
CHECKS = []


def check(function):
    """A property of (random, data, answers, trade, diagnose), run over questionnaires of 1 to 100 questions."""
    CHECKS.append(function)
    return function


def run(function, seed, size):
    random = Random(seed)  # noqa: S311  # tests need the same ones again
    data = a_case(random, size)
    diagnoser = Diagnoser(questionnaire_from(data))
    function(random, data, some_answers(random, data), random.choice(TRADES), diagnoser.diagnose)


def settled(count):
    return settings(max_examples=count, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


seeds = st.integers(0, 2**32)
sizes = st.one_of(st.integers(1, 8), st.integers(9, 100))


@check
def score_is_within_0_and_100(random, data, answers, trade, diagnose):
    level = diagnose(answers, trade).score.level
    assert level is None or (0 <= level.exact <= 100 and 0 <= level.score <= level.high <= 100)


@check
def improving_an_answer_never_lowers_the_score(random, data, answers, trade, diagnose):
    question = random.choice(all_questions(data))
    worse, better = sorted(
        (an_answer(random, question) for _ in range(2)), key=lambda answer: reference.ratio(question, answer)
    )
    if reference.ratio(question, worse) == reference.ratio(question, better):
        return
    before = diagnose(answers | {question["code"]: worse}, trade).score.level
    after = diagnose(answers | {question["code"]: better}, trade).score.level
    assert before is after is None or before.exact <= after.exact


@check
def dont_know_never_beats_an_answer(random, data, answers, trade, diagnose):
    question = random.choice(all_questions(data))
    unknown = diagnose(answers | {question["code"]: "dont-know"}, trade).score.level
    known = diagnose(answers | {question["code"]: an_answer(random, question)}, trade).score.level
    assert unknown is known is None or unknown.exact <= known.exact


@check
def ledger_adds_up(random, data, answers, trade, diagnose):
    score = diagnose(answers, trade).score
    if score.level:
        assert sum(line.gained for line in score.ledger) == 10 * score.level.score
        assert sum(line.gained + line.missed for line in score.ledger) == 1000
        assert all(line.gained >= 0 and line.missed >= 0 for line in score.ledger)


@check
def not_applicable_leaves_the_ratio_of_the_others(random, data, answers, trade, diagnose):
    offering = [question["code"] for question in all_questions(data) if question.get("not_applicable")]
    if not offering:
        return
    code = random.choice(offering)
    before = diagnose(answers, trade).score.cells
    after = diagnose(answers | {code: "not-applicable"}, trade).score.cells
    followers = {code}
    for question in all_questions(data):
        if question.get("only_if", {}).get("question") in followers:
            followers.add(question["code"])
    assert {k: share(c) for k, c in before.items() if k not in followers} == {
        k: share(c) for k, c in after.items() if k not in followers
    }
    assert code in after or followers.isdisjoint(after)  # a closed question stays: nothing was said about it


def share(cell):
    return Fraction(cell.gained, cell.full)


@check
def order_changes_nothing(random, data, answers, trade, diagnose):
    other = json.loads(json.dumps(data))
    dimensions = other["questionnaire"]["dimensions"]
    for _ in range(10):
        for dimension in dimensions:
            random.shuffle(dimension["questions"])
        random.shuffle(dimensions)
        if is_in_order(all_questions(other)):
            break
    else:
        return
    random.shuffle(other["sub_sectors"])
    again = Diagnoser(questionnaire_from(other)).diagnose(dict(sorted(answers.items(), reverse=True)), trade)
    assert diagnose(answers, trade).as_data() == again.as_data()


def is_in_order(questions):
    seen = set()
    for question in questions:
        if "only_if" in question and question["only_if"]["question"] not in seen:
            return False
        seen.add(question["code"])
    return True


@check
def range_contains_every_resolution(random, data, answers, trade, diagnose):
    level = diagnose(answers, trade).score.level
    for _ in range(5):
        resolved = dict(answers)
        for question in all_questions(data):
            if answers.get(question["code"], "dont-know") == "dont-know":
                resolved[question["code"]] = resolution(random, question)
        found = diagnose(resolved, trade).score.level
        assert found is None or level.score <= found.score <= level.high


def resolution(random, question):
    if question.get("not_applicable") and random.random() < 0.2:
        return "not-applicable"
    points, _ = reference.worth(question)
    if random.random() < 0.4:  # the best there is
        best = [code for code, value in points.items() if value > 0]
        return best if question["kind"] == "several" else max(points, key=points.__getitem__)
    return an_answer(random, question)


@check
def same_input_gives_the_same_bytes(random, data, answers, trade, diagnose):
    stored = json.loads(json.dumps(data, sort_keys=True))
    again = Diagnoser(questionnaire_from(stored)).diagnose(json.loads(json.dumps(answers)), trade)
    assert json.dumps(diagnose(answers, trade).as_data()) == json.dumps(again.as_data())


@check
def advice_is_of_use_and_in_order(random, data, answers, trade, diagnose):
    topics = diagnose(answers, trade).topics
    codes = [topic.code for topic in topics]
    assert len(codes) == len(set(codes)) <= 5
    assert [topic.rank for topic in topics] == list(range(1, len(topics) + 1))
    for topic in topics:
        assert topic.need > 0
        assert topic.need == topic.weight * sum(reason.missing * reason.effect for reason in topic.reasons)
        assert all(codes.index(first) < codes.index(topic.code) for first in topic.after)


@check
def reference_agrees(random, data, answers, trade, diagnose):
    ours, theirs = diagnose(answers, trade), reference.diagnose(data, answers, trade)
    level = ours.score.level
    assert (level and level.exact) == (theirs["exact"] if theirs["exact"] is None else 100 * theirs["exact"])
    assert (level and level.score, level and level.high) == (theirs["score"], theirs["high"])
    assert {code: own and own.exact / 100 for code, own in ours.score.dimensions.items()} == theirs["dimensions"]
    assert {line.question: line.gained for line in ours.score.ledger if line.question in theirs["gained"]} == theirs[
        "gained"
    ]
    if level:
        assert {
            line.question: line.missed for line in ours.score.ledger if line.question in theirs["missed"]
        } == theirs["missed"]
    assert [(topic.code, topic.need) for topic in ours.topics] == theirs["topics"]


@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
def test_property(function):
    settled(120)(given(seed=seeds, size=sizes)(lambda seed, size: run(function, seed, size)))()


@pytest.mark.long
@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
def test_property_long(function):
    settled(3000)(given(seed=seeds, size=sizes)(lambda seed, size: run(function, seed, size)))()


@settled(200)
@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 10**6), min_size=1), st.integers(0, 1000))
def test_apportion_gives_out_all_and_stays_within_one_of_the_quota(cells, total):
    assume(sum(cells.values()))
    given_out = apportion(cells, total)
    assert sum(given_out.values()) == total
    assert all(abs(given_out[code] - Fraction(cells[code] * total, sum(cells.values()))) < 1 for code in cells)


@pytest.mark.parametrize(("numerator", "denominator", "expected"), [(1, 2, 1), (5, 2, 3), (49, 100, 0), (7, 1, 7)])
def test_half_up(numerator, denominator, expected):
    assert half_up(numerator, denominator) == expected
