"""Small questionnaires, computed by hand."""

from fractions import Fraction

import pytest

from questionnaires.engine.answers import BadAnswers
from questionnaires.engine.definition import (
    Band,
    Condition,
    Dimension,
    Kind,
    Mark,
    Question,
    Questionnaire,
    Subject,
    SubSector,
    Topic,
)
from questionnaires.engine.diagnosing import Diagnoser, UnknownSubSector


def question(code, *, kind=Kind.SINGLE, points=(0, 1, 2), highest=None, weight=1, **rest):
    own = {f"p{value}": Fraction(value) for value in points}
    best = highest or (max(own.values()) if kind == Kind.SINGLE else sum(v for v in own.values() if v > 0))
    return Question(code, kind, Fraction(weight), own, Fraction(best), **rest)


def questionnaire(*dimensions, **rest):
    parts = (
        Dimension(f"d{index}", Fraction(weight), tuple(questions))
        for index, (weight, *questions) in enumerate(dimensions)
    )
    return Questionnaire("small", tuple(parts), bands=(Band("low", 0), Band("high", 50)), **rest)


def diagnose(definition, answers, sub_sector=""):
    return Diagnoser(definition).diagnose(answers, sub_sector)


def exact(definition, answers, sub_sector=""):
    level = diagnose(definition, answers, sub_sector).score.level
    return level and level.exact


def test_score_is_the_weighted_mean_of_weighted_means():
    definition = questionnaire((2, question("a", weight=3), question("b")), (1, question("c")))

    # d0 = (3 x 1/2 + 1 x 1) / 4 = 5/8; d1 = 0; (2 x 5/8 + 0) / 3 = 5/12
    score = diagnose(definition, {"a": "p1", "b": "p2", "c": "p0"}).score

    assert score.level.exact == Fraction(500, 12)
    assert (score.level.score, score.band) == (42, "low")
    assert (score.dimensions["d0"].exact, score.dimensions["d0"].score) == (Fraction(125, 2), 63)


def test_half_a_point_is_rounded_upwards():
    definition = questionnaire((1, question("a", points=(0, 1, 199, 200))))

    assert diagnose(definition, {"a": "p1"}).score.level.score == 1
    assert diagnose(definition, {"a": "p199"}).score.level.score == 100


def test_band_follows_the_score_shown():
    definition = questionnaire((1, question("a", points=(0, 99, 200))))

    assert diagnose(definition, {"a": "p99"}).score.band == "high"  # 49.5, shown as 50


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(["p1"], 50), (["p1", "p2"], 100), (["p-3"], 0), (["p-3", "p2", "p1"], 0), (["p-1", "p2"], 50)],
)
def test_several_choices_are_held_between_0_and_max(chosen, expected):
    definition = questionnaire((1, question("a", kind=Kind.SEVERAL, points=(1, 2, -3, -1), highest=2)))

    assert exact(definition, {"a": chosen}) == expected


def test_not_applicable_leaves_the_mean():
    definition = questionnaire((1, question("a"), question("b", offers_not_applicable=True)), (1, question("c")))

    assert exact(definition, {"a": "p1", "b": "not-applicable", "c": "p2"}) == 75


def test_dimension_in_which_nothing_applies_leaves_the_mean():
    definition = questionnaire((5, question("a", offers_not_applicable=True)), (1, question("b")))

    score = diagnose(definition, {"a": "not-applicable", "b": "p1"}).score

    assert (score.level.exact, score.dimensions["d0"]) == (50, None)


def test_no_score_when_nothing_applies():
    definition = questionnaire(
        (1, question("a", not_for=frozenset({"food"}))), sub_sectors={"b": SubSector("b", "food")}
    )

    data = diagnose(definition, {"a": "p1"}, "b").as_data()

    assert (data["score"], data["score_exact"], data["range"], data["band"]) == (None, None, None, None)
    assert data["ledger"] == [
        {"question": "a", "gained": 0.0, "missed": 0.0, "unknown": False, "state": "not-applicable"}
    ]


def closing(**rest):
    return questionnaire(
        (1, question("a", **rest), question("b", only_if=Condition("a", frozenset({"p1", "p2"})), weight=3))
    )


def test_closed_question_earns_nothing_and_stays_in_the_mean():
    score = diagnose(closing(), {"a": "p0", "b": "p2"}).score

    assert (score.level.score, score.level.high) == (0, 0)
    assert [line.state for line in score.ledger] == ["answered", "hidden"]


def test_question_behind_something_not_known_widens_the_range():
    score = diagnose(closing(), {"a": "dont-know", "b": "p2"}).score

    assert (score.level.score, score.level.high) == (0, 100)
    assert [line.is_unknown for line in score.ledger] == [True, True]


def test_what_hangs_on_a_question_that_does_not_apply_does_not_apply():
    definition = closing(offers_not_applicable=True)

    assert exact(definition, {"a": "not-applicable", "b": "p2"}) is None


def test_ledger_adds_up_by_largest_remainder():
    definition = questionnaire((1, question("a"), question("b"), question("c")))

    ledger = diagnose(definition, {"a": "p2", "b": "p1", "c": "p0"}).score.ledger

    # 33.3 and 16.7 of 50 gained; 16.7 and 33.3 of 50 missed
    assert [(line.question, line.gained, line.missed) for line in ledger] == [
        ("a", 333, 0),
        ("b", 167, 167),
        ("c", 0, 333),
    ]


def test_ledger_gives_ties_by_code():
    definition = questionnaire((1, question("c"), question("b"), question("a")))

    ledger = diagnose(definition, {"a": "p2", "b": "p2", "c": "p2"}).score.ledger

    assert [(line.question, line.gained) for line in ledger] == [("a", 334), ("b", 333), ("c", 333)]


def advised(topics, answers, sub_sector="", **rest):
    definition = questionnaire((1, question("a"), question("b")), topics=tuple(topics), **rest)
    return diagnose(definition, answers, sub_sector).topics


def topic(code, *, raises=("a",), effect=1, **rest):
    return Topic(code, dict.fromkeys(raises, Fraction(effect)), **rest)


def test_need_is_points_missing_times_effect_times_weight():
    trade = SubSector("bakery", "food", {"y": Fraction(3)})

    found = advised(
        [topic("x"), topic("y", effect="1/2")], {"a": "p1", "b": "p2"}, "bakery", sub_sectors={"bakery": trade}
    )

    assert [(item.code, item.need, item.weight) for item in found] == [("y", Fraction(75, 2), 3), ("x", 25, 1)]
    assert [(reason.question, reason.answer, reason.missing) for reason in found[0].reasons] == [("a", ("p1",), 25)]


def test_equal_needs_keep_the_order_of_the_topics():
    assert [item.code for item in advised([topic("z"), topic("a"), topic("m")], {})] == ["z", "a", "m"]


def test_topic_whose_goal_is_reached_is_not_proposed():
    goal = (Mark(Subject.QUESTION, "a", Fraction(1, 2)),)

    assert advised([topic("x", goal=goal)], {"a": "p1"}) == ()
    assert [item.code for item in advised([topic("x", goal=goal)], {"a": "p0"})] == ["x"]


def test_topic_waits_for_its_prerequisite():
    after = (Mark(Subject.DIMENSION, "d0", Fraction(1, 2)),)

    assert advised([topic("x", after=after)], {"a": "p1", "b": "p0"}) == ()
    assert [item.code for item in advised([topic("x", after=after)], {"a": "p1", "b": "p1"})] == ["x"]


def test_missing_places_are_filled_with_what_waits_only_for_a_proposed_topic():
    topics = [
        topic("late", raises=("a", "b"), after=(Mark(Subject.TOPIC, "first"),)),
        topic("later", after=(Mark(Subject.TOPIC, "late"),)),
        topic("first"),
    ]

    found = advised(topics, {"a": "p0", "b": "p0"})

    assert [(item.code, item.rank, item.after) for item in found] == [
        ("first", 1, ()),
        ("late", 2, ("first",)),
        ("later", 3, ("late",)),
    ]


def test_at_most_five_topics():
    assert len(advised([topic(f"t{index}") for index in range(9)], {})) == 5


def test_reason_does_not_quote_an_answer_that_was_closed_since():
    definition = questionnaire(
        (1, question("a"), question("b", only_if=Condition("a", frozenset({"p1", "p2"})))),
        topics=(topic("x", raises=("b",)),),
    )

    assert diagnose(definition, {"a": "p0", "b": "p1"}).topics[0].reasons[0].answer == ()


BAD = [
    ({"nowhere": "p1"}, "Question “nowhere” is not in the questionnaire “small”."),
    ({"a": ["p1", "p2"]}, "Question “a” takes one answer, not a list."),
    ({"a": "p9"}, "Question “a” has no choice “p9”; it has p0, p1, p2."),
    ({"a": None}, "Question “a”: an answer is the code of a choice, a list of codes or a number."),
    ({"a": True}, "Question “a”: an answer is the code of a choice, a list of codes or a number."),
    ({"s": [["p1"]]}, "Question “s”: an answer is the code of a choice, a list of codes or a number."),
    ({"a": "not-applicable"}, "Question “a” does not offer “not-applicable”."),
    ({"s": []}, "Question “s”: the list is empty; leave the question out instead."),
    ({"s": ["p1", "p1"]}, "Question “s”: the same choice stands twice."),
    ({"s": ["p1", "dont-know"]}, "Question “s”: “dont-know” excludes the other choices."),
    ({"s": ["p0", "p1"]}, "Question “s”: “p0” excludes the other choices."),
]


@pytest.mark.parametrize(("answers", "expected"), BAD)
def test_bad_answer_is_refused_by_name(answers, expected):
    several = question("s", kind=Kind.SEVERAL, none_choices=frozenset({"p0"}))

    with pytest.raises(BadAnswers) as raised:
        diagnose(questionnaire((1, question("a"), several)), answers)

    assert str(raised.value) == expected


def test_all_bad_answers_are_told_at_once():
    with pytest.raises(BadAnswers) as raised:
        diagnose(questionnaire((1, question("a"))), {"a": "p9", "x": "p1"})

    assert [mistake.question for mistake in raised.value.mistakes] == ["a", "x"]


def test_unknown_sub_sector():
    definition = questionnaire((1, question("a")), sub_sectors={"bakery": SubSector("bakery")})

    with pytest.raises(UnknownSubSector, match="Sub-sector “baker” is not known; choose one of these: bakery."):
        diagnose(definition, {}, "baker")


def test_restricted_questionnaire_scores_what_two_editions_share():
    definition = questionnaire((1, question("a"), question("b")), (1, question("c")))

    assert exact(definition.restricted_to(["a"]), {"a": "p1"}) == 50
