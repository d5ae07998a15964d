from decimal import Decimal

import pytest
from django.utils import translation

from diagnostics.models import Diagnostic
from diagnostics.presenting import ResultView, points_text, tenths
from tests.diagnostics.shops import (
    MAY,
    copies,
    dont_know,
    finish,
    highest,
    lowest,
    reload,
    take,
    take_again,
    without_question,
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def view(diagnostic):
    return ResultView(Diagnostic.objects.with_labels().get(pk=diagnostic.pk))


def of_trade(trade, **fields):
    """A change of content that makes every question of these dimensions inapplicable to the trade."""

    def change(data):
        for dimension in data["questionnaire"]["dimensions"]:
            for question in dimension["questions"]:
                question["not_for"] = [trade]

    return change


def mostly(level, but, codes):
    return lambda question: but(question) if question.code in codes else level(question)


def test_sentences_say_what_is_there_before_what_is_missing(diagnostic):
    done = finish(diagnostic, mostly(lowest, highest, {"found-name", "found-trade", "found-reviews", "found-places"}))
    assert view(done).sentences == (
        "Your customers can find you.",
        view(done).version.prepared.questionnaire["bands"][0]["sentence"]["en"],
        "What is most missing: a way to see, order and pay without calling in or phoning.",
    )
    assert view(done).title == "You are setting out"


def test_sentences_of_one_who_has_nothing_praise_nothing(diagnostic):
    sentences = view(finish(diagnostic, lowest)).sentences
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "You have a shop, a trade and customers who know you", "What is most missing",
    ]  # fmt: skip


def test_sentences_of_one_who_has_everything_miss_nothing(diagnostic):
    done = view(finish(diagnostic, highest))
    assert (done.score, done.title, len(done.sentences)) == (100, "You lead the way", 2)
    assert "What is most missing" not in " ".join(done.sentences)


def test_steps_are_the_three_that_win_most_and_say_what_they_are_worth(diagnostic):
    done = view(finish(diagnostic, mostly(highest, lowest, {"run-invoices", "safe-data", "found-reviews", "sell-see"})))
    missed = {line["question"]: line["missed"] for line in done.stored["ledger"] if line["missed"]}

    assert [step.title for step in done.steps] == [
        "Settle Peppol with your accountant", "Show ten products with their prices", "Ask three regulars for a review",
    ]  # fmt: skip
    assert [float(step.worth) for step in done.steps] == sorted(missed.values(), reverse=True)[:3]
    assert all(step.minutes > 0 and step.text for step in done.steps)


def test_steps_hold_no_question_that_was_hidden(diagnostic):
    """Who has no website is not told to make it quick."""
    done = view(
        finish(diagnostic, mostly(highest, lowest, {"site-kind", "site-phone", "site-content"}), site_phone=None)
    )
    hidden = {line["question"]: line["missed"] for line in done.stored["ledger"] if line["state"] == "hidden"}

    assert [step.title for step in done.steps] == ["Open or refresh your page"]
    assert sorted(hidden) == ["site-content", "site-phone"]
    assert all(hidden.values())


def test_steps_of_one_who_has_everything_are_none(diagnostic):
    assert view(finish(diagnostic, highest)).steps == []


def test_ledger_adds_up_to_the_score_and_to_a_hundred(commerce):
    for trade, level in [("florist", lowest), ("hairdresser", dont_know), ("bakery", highest), ("butcher", _middling)]:
        done = view(take(commerce, trade, level))
        rows = [row for part in done.ledger for row in part.rows]
        assert done.gained == done.score
        assert done.gained + done.missed == 100
        assert sum(row.gained for row in rows) == done.score
        assert [part.gained + part.missed for part in done.ledger] == [
            sum(row.gained + row.missed for row in part.rows) for part in done.ledger
        ]


def _middling(question):
    return [*question.points][0:1] if question.kind == "several" else [*question.points][len(question.points) // 2]


def test_ledger_says_what_was_answered(diagnostic):
    done = finish(
        diagnostic,
        found_name="right",
        found_places=["maps", "profile"],
        run_figures=3,
        safe_data="dont-know",
        safe_fraud=None,
        run_stock="not-applicable",
        site_kind="social",
    )
    told = {code: view(done)._ledger_row(code) for code in view(done).lines}

    assert told["found-places"].answer == (
        "On my business profile, in the search engine; On the maps and satnavs of phones"
    )
    assert told["run-figures"].answer == "3, on a scale from 0 to 4"
    assert (told["safe-data"].answer, told["safe-data"].is_unknown) == ("I don’t know", True)
    assert (told["safe-fraud"].answer, told["safe-fraud"].is_unknown) == ("No answer", True)
    assert (told["run-stock"].applies, told["found-name"].applies) == (False, True)
    assert told["site-phone"].answer == "Not asked, after your answer to an earlier question"
    assert told["found-name"].explanation != "" == told["safe-data"].explanation


def test_ledger_says_what_does_not_concern_the_trade(commerce):
    done = view(take(commerce, "hairdresser"))
    row = done._ledger_row("sell-receive")
    assert (row.answer, row.applies, row.gained, row.missed) == ("Does not concern your trade", False, 0, 0)


def test_explanation_of_several_answers_goes_by_the_level_reached(diagnostic, commerce):
    question = diagnostic.version.question("found-places")
    levels = [level["text"]["en"] for level in question["explanations"]]
    nothing, all_of_them = (finish(diagnostic, lowest), take(commerce, level=highest))
    assert view(nothing)._explanation("found-places") == levels[0]
    assert view(all_of_them)._explanation("found-places") == levels[-1]


def test_range_says_how_far_it_may_reach_and_by_which_questions(diagnostic):
    done = view(finish(diagnostic, highest, safe_data="dont-know", found_name="dont-know", run_stock=None))
    names = [done.version.question(code)["text"]["en"] for code in ("found-name", "run-stock", "safe-data")]

    assert (done.is_range, done.high) == (True, 100)
    assert done.unknown_questions == names


def test_range_holds_questions_that_an_unknown_may_open(diagnostic):
    done = view(finish(diagnostic, highest, site_kind="dont-know", site_phone=None, site_content=None))
    assert len(done.unknown_questions) == 3
    assert [step.title for step in done.steps] == ["Open or refresh your page"]


def test_range_without_an_unknown_is_none(completed):
    assert (view(completed).is_range, view(completed).unknown_questions) == (False, [])


def test_profile_has_every_dimension_with_its_mark(commerce):
    copies(take(commerce, level=highest), 5)
    done = view(take(commerce))
    assert [(bar.label, bar.value, bar.peer) for bar in done.profile] == [
        (title, 0, 100)
        for title in ("Being found", "Your website", "Selling", "Your customers", "Running the shop", "Staying safe")
    ]
    assert done.peers_sentence == "mean of 5 shops of your trade (florists), since May 2026"


@pytest.mark.parametrize(
    ("trades", "told"),
    [
        (["pets"] * 5, "mean of 5 shops of the family “Flowers, plants and pets”, since May 2026 (too few of your trade yet)"),
        (["bakery"] * 5, "mean of 5 shops of all trades, since May 2026"),
        (["florist"] * 4, ""),
    ],
)  # fmt: skip
def test_peers_sentence_says_who_they_are(commerce, trades, told):
    for trade in trades:
        take(commerce, trade)
    assert view(take(commerce)).peers_sentence == told


def test_trade_is_called_as_it_was_when_the_result_was_handed_over(commerce):
    copies(take(commerce), 5)
    done = take(commerce)

    def change(data):
        trade = next(trade for trade in data["sub_sectors"] if trade["code"] == "florist")
        trade["name"], trade["plural"] = {"fr": "Autre", "en": "Other"}, {"fr": "autres", "en": "others"}

    before = view(done).peers_sentence
    reload(change)
    after = view(done)

    assert after.diagnostic.sub_sector.name == "Other"
    assert (after.trade_name, after.peers_sentence) == ("Florist", before)


def test_topics_carry_their_reasons_in_words(diagnostic):
    done = view(finish(diagnostic, mostly(highest, lowest, {"safe-backup", "safe-passwords"})))
    first = done.topics[0]
    backup = done.version.question("safe-backup")

    assert [topic.rank for topic in done.topics] == [*range(1, len(done.topics) + 1)]
    assert {topic.code for topic in done.topics} <= {"backup", "cybersecurity", "data-protection", "ai-texts"}
    told = f"To “{backup['text']['en']}” you answered “{backup['choices'][0]['text']['en']}” ("
    assert [
        reason.startswith(told) for topic in done.topics if topic.code == "backup" for reason in topic.reasons[:1]
    ] == [True]
    assert (bool(first.promise), bool(first.alone), bool(first.tools)) == (True, True, True)


def test_topics_fewer_than_five_where_there_is_nothing_more_to_gain(diagnostic):
    done = view(finish(diagnostic, mostly(highest, lowest, {"safe-backup"})))
    assert 0 < len(done.topics) < 5
    assert done.tonight[0].title == "A second lock on your mailbox"


def test_topics_of_one_who_has_everything_are_none(diagnostic):
    done = view(finish(diagnostic, highest))
    assert (done.topics, done.tools, done.tonight) == ([], [], [])


def test_topics_say_what_their_weight_in_the_trade_did(commerce):
    done = view(take(commerce))
    told = {topic.code: topic.reasons[-1] for topic in done.topics}
    weights = {topic["code"]: topic["weight"] for topic in done.stored["topics"]}
    assert {code for code, sentence in told.items() if sentence.startswith("In your trade (Florist)")} == {
        code for code, weight in weights.items() if weight not in ("1", "1/1")
    }


def test_topics_carry_the_example_of_the_trade(commerce):
    florist, butcher = view(take(commerce)), view(take(commerce, "butcher"))
    examples = [{topic.example for topic in done.topics} - {""} for done in (florist, butcher)]
    assert all(examples)
    assert examples[0].isdisjoint(examples[1])


def test_tools_stand_once(completed):
    titles = [tool.title for tool in view(completed).tools]
    assert titles == [*dict.fromkeys(titles)]


def test_trade_without_rules_of_its_own_gets_topics_all_the_same(commerce, diagnostic):
    """A trade that came after the version, or has no topics of its own."""

    def drop_rules(data):
        for trade in data["sub_sectors"]:
            trade["topics"] = {}

    reload(drop_rules)
    done = view(take(commerce))

    assert len(done.topics) == 5
    assert [topic.example for topic in done.topics] == [""] * 5
    assert [reason for topic in done.topics for reason in topic.reasons if "In your trade" in reason] == []


def test_trade_that_the_version_does_not_know_is_shown(diagnostic, commerce):
    def rename(data):
        data["sub_sectors"] = [trade | {"code": f"new-{trade['code']}"} for trade in data["sub_sectors"]]

    reload(rename)
    again = take_again(finish(diagnostic))

    assert again.version.number == 2
    assert len(view(again).topics) == 5


def test_no_score_where_nothing_applies_shows_no_number(commerce):
    reload(of_trade("florist"))
    done = view(take(commerce))

    assert (done.score, done.high, done.is_range, done.title) == (None, None, False, "Your result")
    assert (done.sentences, done.steps, done.topics, done.tonight, done.gained, done.missed) == ((), [], [], [], 0, 0)
    assert [bar.value for bar in done.profile] == [None] * 6
    assert {row.answer for part in done.ledger for row in part.rows} == {"Does not concern your trade"}


def test_no_score_page_names_no_number(commerce, holding):
    reload(of_trade("florist"))
    done = take(commerce)

    page = holding(done).get(f"/diagnostic/{done.public_id}/result/").content.decode()

    assert "No score this time" in page
    assert "None" not in page.replace("None of the questions", "")


def test_changes_show_then_and_now(commerce):
    first = take(commerce, at=MAY.replace(month=3))
    again = view(take_again(first, highest))

    assert [(change.label, change.previous, change.now) for change in again.changes][:2] == [
        ("The whole", 0, 100), ("Being found", 0, 100),
    ]  # fmt: skip
    assert again.changes_sentence == "Since 4 March 2026, on the 22 questions that both questionnaires share."


def test_changes_with_a_version_that_asks_less_say_on_how_many_questions(commerce):
    first = take(commerce, at=MAY.replace(month=3))
    reload(without_question("safe-data"))
    assert view(take_again(first)).changes_sentence == (
        "Since 4 March 2026, on the 21 questions that both questionnaires share."
    )


def test_changes_of_a_first_result_are_none(completed):
    assert (view(completed).changes, view(completed).changes_sentence) == ([], "")


def test_result_in_the_reader_s_language(completed):
    with translation.override("fr"):
        titles = [topic.title for topic in view(completed).topics]
    assert titles == [view(completed).version.topic(topic.code)["title"]["fr"] for topic in view(completed).topics]


@pytest.mark.parametrize(
    ("points", "told"), [("0.5", "0.5 point"), ("1.0", "1.0 point"), ("1.1", "1.1 points"), ("12.3", "12.3 points")]
)
def test_points_in_words(points, told):
    assert points_text(Decimal(points)) == told


def test_tenths_of_a_stored_float_are_exact():
    assert sum(tenths(n / 10) for n in range(101)) == Decimal(505)
