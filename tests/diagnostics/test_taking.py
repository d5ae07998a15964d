from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from businesses.models import SubSector
from diagnostics import links, taking
from diagnostics.models import Diagnostic
from programmes.models import Campaign
from questionnaires import engine
from questionnaires.engine.answers import BadAnswers
from tests.diagnostics.shops import MAY, answers, finish, highest, reload, take, without_question
from tests.programmes.makers import make_programme, make_sub_sector


def stored(diagnostic):
    return Diagnostic.objects.get(pk=diagnostic.pk).answers


def start(florist, **fields):
    own = {"city": None, "staff_size": "alone", "language": "fr"} | fields
    return taking.start(programme=florist.programme, sub_sector=florist, **own)


def test_start_takes_the_latest_version_and_has_no_answer_yet(florist):
    latest = reload(without_question("safe-data")).version

    diagnostic = start(florist)

    assert (diagnostic.version, diagnostic.answers, diagnostic.is_completed) == (latest, {}, False)


def test_start_belongs_to_the_campaign_of_its_local_day(florist):
    new_year_in_namur = datetime(2016, 12, 31, 23, 30, tzinfo=UTC)
    assert start(florist, at=new_year_in_namur).campaign == Campaign.objects.get(starts_on=date(2017, 1, 1))


def test_start_without_a_questionnaire_is_refused(db):
    programme = make_programme()
    with pytest.raises(taking.NoQuestionnaire):
        taking.start(
            programme=programme, sub_sector=make_sub_sector(programme), city=None, staff_size="alone", language="fr"
        )


def test_start_draws_another_code_when_somebody_has_it_already(florist, diagnostic, monkeypatch):
    taken = links.code_of(diagnostic.public_id)
    codes = iter([taken, taken, "FREE2345"])
    monkeypatch.setattr(links, "code_of", lambda public_id: next(codes))

    assert start(florist).code_digest == links.digest_of("FREE2345")


def test_keep_adds_to_what_is_there_and_takes_back(diagnostic):
    taking.keep(diagnostic=diagnostic, answers={"found-name": "right", "found-trade": "absent"})
    taking.keep(diagnostic=diagnostic, answers={"found-name": "wrong", "found-trade": None, "run-figures": 3})

    assert stored(diagnostic) == {"found-name": "wrong", "run-figures": 3}


def test_keep_from_two_tabs_keeps_both_answers(diagnostic):
    other_tab = Diagnostic.objects.get(pk=diagnostic.pk)
    taking.keep(diagnostic=diagnostic, answers={"found-name": "right"})
    taking.keep(diagnostic=other_tab, answers={"found-trade": "absent"})

    assert stored(diagnostic) == {"found-name": "right", "found-trade": "absent"}


def test_keep_of_bad_answers_keeps_nothing_and_names_each_question(diagnostic):
    given = {"found-trade": "absent", "found-name": "golden", "found-places": ["none", "maps"], "colour": "red"}

    with pytest.raises(BadAnswers) as refused:
        taking.keep(diagnostic=diagnostic, answers=given)

    assert {mistake.question for mistake in refused.value.mistakes} == {"found-name", "found-places", "colour"}
    assert stored(diagnostic) == {}


def test_keep_after_completion_is_refused(completed):
    with pytest.raises(taking.AlreadyCompleted):
        taking.keep(diagnostic=completed, answers={"found-name": "right"})
    assert stored(completed) == completed.answers


def test_keep_notes_when_the_last_answer_came(diagnostic):
    taking.keep(diagnostic=diagnostic, answers={"found-name": "right"}, at=MAY)
    assert Diagnostic.objects.get().changed_at == MAY


def test_complete_with_gaps_names_them_in_their_order_and_stores_nothing(diagnostic):
    taking.keep(
        diagnostic=diagnostic, answers=answers(diagnostic, safe_data=None, found_trade=None, run_till="dont-know")
    )

    with pytest.raises(taking.Unanswered) as refused:
        taking.complete(diagnostic=diagnostic)

    assert refused.value.questions == ["found-trade", "safe-data"]
    assert Diagnostic.objects.get().is_completed is False


def test_complete_asks_for_no_question_that_an_earlier_answer_closes(diagnostic):
    given = answers(diagnostic, site_kind="nothing", site_phone=None, site_content=None)
    taking.keep(diagnostic=diagnostic, answers=given)

    assert taking.unanswered(diagnostic) == []


def test_complete_with_gaps_accepted_counts_them_as_unknown(diagnostic):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic, highest, safe_data=None))

    done = taking.complete(diagnostic=diagnostic, accept_gaps=True)

    assert [line["question"] for line in done.result["ledger"] if line["unknown"]] == ["safe-data"]
    assert done.result["range"] == [done.score, 100]


def test_complete_freezes_score_profile_and_the_engine_s_version(completed):
    kept = Diagnostic.objects.get()

    assert kept.result["engine"] == engine.VERSION
    assert kept.score == kept.result["score"]
    assert kept.profile == {code: level["score"] for code, level in kept.result["dimensions"].items()}
    assert len(kept.result["topics"]) == 5


def test_complete_twice_does_no_harm(completed):
    again = taking.complete(diagnostic=completed, at=timezone.now())
    assert (again.completed_at, again.result) == (completed.completed_at, completed.result)


@pytest.mark.django_db(transaction=True)
def test_complete_at_once_in_two_tabs_gives_one_result(diagnostic):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic))
    together = Barrier(2)

    def complete(hour):
        together.wait(10)
        try:
            return taking.complete(diagnostic=diagnostic, at=MAY.replace(hour=hour)).completed_at
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as tabs:
        told = set(tabs.map(complete, (10, 11)))

    assert told == {Diagnostic.objects.get().completed_at}


@pytest.mark.django_db(transaction=True)
def test_keep_in_two_tabs_at_once_keeps_both(diagnostic):
    together = Barrier(2)

    def keep(given):
        together.wait(10)
        try:
            for _ in range(5):
                taking.keep(diagnostic=Diagnostic.objects.get(pk=diagnostic.pk), answers=given)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as tabs:
        list(tabs.map(keep, ({"found-name": "right"}, {"found-trade": "absent"})))

    assert stored(diagnostic) == {"found-name": "right", "found-trade": "absent"}


def test_start_again_is_the_same_shop_with_its_answers(completed):
    again = taking.start_again(diagnostic=completed, language="en")

    assert (again.answers, again.previous, again.is_completed) == (completed.answers, completed, False)
    assert (again.sub_sector, again.city, again.staff_size, again.language) == (
        completed.sub_sector, completed.city, "alone", "en",
    )  # fmt: skip
    assert again.public_id != completed.public_id


def test_start_again_is_on_the_latest_version_with_the_answers_that_still_fit(completed):
    def change(data):
        without_question("safe-data")(data)
        name = data["questionnaire"]["dimensions"][0]["questions"][0]
        name["choices"] = name["choices"][1:]

    latest = reload(change).version
    again = taking.start_again(diagnostic=completed, language="fr")

    gone = {"found-name", "safe-data"}  # the first choice of the one is gone, and the other altogether
    assert again.version == latest
    assert again.answers == {code: answer for code, answer in completed.answers.items() if code not in gone}
    assert taking.unanswered(again) == ["found-name"]


def test_version_changed_while_one_is_open_leaves_it_on_its_own(diagnostic):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic))
    reload(without_question("safe-data"))

    done = taking.complete(diagnostic=Diagnostic.objects.get(pk=diagnostic.pk))

    assert done.version.number == 1
    assert "safe-data" in {line["question"] for line in done.result["ledger"]}


def test_trade_withdrawn_while_one_is_open_can_still_be_completed_and_done_again(diagnostic):
    def withdraw(data):
        data["sub_sectors"] = [trade for trade in data["sub_sectors"] if trade["code"] != "florist"]

    reload(withdraw)
    assert SubSector.objects.get(code="florist").is_offered is False

    done = finish(diagnostic)
    again = taking.start_again(diagnostic=done, language="fr")
    done_again = finish(again)

    assert (done.score, again.version.number, done_again.score) == (0, 2, 0)


def test_what_was_handed_over_stays_when_questions_weights_and_topics_change(completed, holding):
    before = Diagnostic.objects.get().result, page_of(holding(completed), completed)

    def change(data):
        for dimension in data["questionnaire"]["dimensions"]:
            dimension["weight"] = "7" if dimension["code"] == "found" else "1"
            dimension["title"] = {"fr": "Autre titre", "en": "Other title"}
            for question in dimension["questions"]:
                question["text"] = {"fr": "Autre question", "en": "Other question"}
        data["questionnaire"]["bands"][0]["title"] = {"fr": "Autre", "en": "Other"}
        data["topics"].reverse()
        for topic in data["topics"]:
            topic["title"] = {"fr": "Autre formation", "en": "Other training"}

    assert reload(change).is_new_version

    assert (Diagnostic.objects.get().result, page_of(holding(completed), completed)) == before


def page_of(client, diagnostic):
    """The words of the result page, without its tokens."""
    page = client.get(f"/diagnostic/{diagnostic.public_id}/result/")
    return [line for line in page.content.decode().splitlines() if "csrfmiddlewaretoken" not in line]


def test_take_of_a_shop_to_which_nothing_applies_has_no_score(florist, commerce):
    def not_for_florists(data):
        for dimension in data["questionnaire"]["dimensions"]:
            for question in dimension["questions"]:
                question["not_for"] = ["florist"]

    reload(not_for_florists)
    done = take(commerce)

    assert (done.score, done.result["range"], done.result["topics"]) == (None, None, [])
