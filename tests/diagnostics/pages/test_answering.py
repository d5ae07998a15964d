"""Answering, a page at a time and an answer at a time."""

import re

import pytest
from django.http import QueryDict

from businesses.models import SubSector
from diagnostics import taking
from diagnostics.models import Diagnostic
from diagnostics.pages import asked
from tests.diagnostics.pages.browsing import checked, outcome, stored, url_of
from tests.diagnostics.shops import answers

# Answering


def test_page_shows_its_questions_and_what_is_kept(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers={"found-name": "right", "found-places": ["maps", "town"]})
    response = holding(diagnostic).get(url_of("page", diagnostic, "found"))
    assert [asked.question.code for asked in response.context["questions"]] == [
        "found-name", "found-trade", "found-reviews", "found-places",
    ]  # fmt: skip
    assert checked(response) == {"found-name=right", "found-places=maps", "found-places=town"}


def test_page_posted_keeps_and_goes_on(diagnostic, holding):
    client = holding(diagnostic)

    response = client.post(
        url_of("page", diagnostic, "found"), {"found-name": "right", "found-places": ["maps", "town"], "go": "next"}
    )

    assert stored(diagnostic).answers == {"found-name": "right", "found-places": ["maps", "town"]}
    assert response.url == url_of("page", diagnostic, "site")


def test_page_posted_with_the_back_button_keeps_too(diagnostic, holding):
    client = holding(diagnostic)
    response = client.post(url_of("page", diagnostic, "site"), {"site-kind": "page", "go": "back"})
    assert stored(diagnostic).answers == {"site-kind": "page"}
    assert response.url == url_of("page", diagnostic, "found")


def test_page_after_the_first_says_what_to_do_tonight(diagnostic, holding):
    page = holding(diagnostic).get(url_of("page", diagnostic, "site")).content.decode()
    assert "Look yourself up like a customer" in page


def test_page_with_mistakes_keeps_the_good_answers_and_what_was_typed(diagnostic, holding):
    client = holding(diagnostic)
    typed = {"found-name": "right", "found-places": ["none", "maps"], "found-trade": ["absent", "far-down"]}

    response = client.post(url_of("page", diagnostic, "found"), typed)

    assert (response.status_code, stored(diagnostic).answers) == (422, {"found-name": "right"})
    assert checked(response) == {
        "found-name=right", "found-places=none", "found-places=maps", "found-trade=absent", "found-trade=far-down",
    }  # fmt: skip
    told = {asked.question.code: asked.mistake for asked in response.context["mistakes"]}
    assert told == {
        "found-trade": "This answer does not fit the question: please choose again.",
        "found-places": "“Nowhere yet” does not go with other answers: keep the one or the others.",
    }


def test_page_takes_back_what_was_unticked_and_nothing_else(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers={"found-name": "right", "found-places": ["maps"]})
    client = holding(diagnostic)

    client.post(url_of("page", diagnostic, "found"), {"ticked": ["found-places", "found-name-x", "site-content"]})

    assert stored(diagnostic).answers == {"found-name": "right"}


def test_page_from_an_old_tab_takes_nothing_back(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers={"found-name": "right", "found-places": ["maps"]})
    client = holding(diagnostic)

    client.post(url_of("page", diagnostic, "found"), {"found-trade": "absent"})

    assert stored(diagnostic).answers == {"found-name": "right", "found-places": ["maps"], "found-trade": "absent"}


@pytest.mark.parametrize(
    "value",
    ["", "9" * 5000, "-1", "4.0", "1e3", "٣", "²", "\0", "None", "true", "[]", "\ud7ff", "3 ", "5"],
)
def test_page_with_nonsense_on_a_scale_keeps_nothing(diagnostic, holding, value):
    response = holding(diagnostic).post(url_of("page", diagnostic, "run"), {"run-figures": value})
    assert (response.status_code, stored(diagnostic).answers) == (422, {})


@pytest.mark.parametrize("value", ["0", "4"])
def test_page_keeps_a_number_of_a_scale_as_a_number(diagnostic, holding, value):
    holding(diagnostic).post(url_of("page", diagnostic, "run"), {"run-figures": value})
    assert stored(diagnostic).answers == {"run-figures": int(value)}


def test_page_with_nonsense_remembers_nothing_of_it(diagnostic):
    """What is drawn is kept in memory by what was chosen: else anybody could fill it."""
    posted = QueryDict(mutable=True)
    posted.setlist("found-name", ["right", "x" * 1000])
    assert {choice for one in asked(diagnostic, "found", posted) for choice in one.chosen} == {"right"}


@pytest.mark.parametrize(
    "values", [["maps", "maps"], ["maps"] * 900, ["dont-know", "maps"], ["not-applicable"], ["a" * 100_000], [""]]
)
def test_page_with_nonsense_among_several_answers_keeps_nothing(diagnostic, holding, values):
    response = holding(diagnostic).post(url_of("page", diagnostic, "found"), {"found-places": values})
    assert (response.status_code, stored(diagnostic).answers) == (422, {})


def test_page_in_bytes_that_are_no_text_keeps_nothing(diagnostic, holding):
    response = holding(diagnostic).post(
        url_of("page", diagnostic, "found"), b"found-name=%ff%fe&found-trade=\xff&=&&&%=%",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert (response.status_code, stored(diagnostic).answers) == (422, {})


def test_page_ignores_what_it_did_not_ask(diagnostic, holding):
    posted = {"safe-data": "written", "score": "100", "completed_at": "2026-01-01", "found-name": "right"}
    holding(diagnostic).post(url_of("page", diagnostic, "found"), posted)
    assert (stored(diagnostic).answers, stored(diagnostic).score) == ({"found-name": "right"}, None)


@pytest.mark.parametrize("code", ["nothing", "found-name", "a" * 300])
def test_page_of_no_dimension_is_not_found(diagnostic, holding, code):
    client = holding(diagnostic)
    statuses = [
        client.get(url_of("page", diagnostic, code)).status_code,
        client.post(url_of("page", diagnostic, code)).status_code,
        client.post(url_of("keep_answer", diagnostic, code)).status_code,
    ]
    assert statuses == [404, 404, 404]


def test_page_holds_no_question_that_the_trade_does_not_have(commerce, holding):
    hairdresser = SubSector.objects.get(programme=commerce, code="hairdresser")
    diagnostic = taking.start(programme=commerce, sub_sector=hairdresser, city=None, staff_size="alone", language="fr")
    client = holding(diagnostic)
    response = client.get(url_of("page", diagnostic, "sell"))
    client.post(url_of("page", diagnostic, "sell"), {"sell-receive": "deliver"})

    assert "sell-receive" not in [asked.question.code for asked in response.context["questions"]]
    assert stored(diagnostic).answers == {}


def test_last_page_with_everything_answered_gives_the_result(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic))
    response = holding(diagnostic).post(url_of("page", diagnostic, "safe"), {"go": "next"})
    assert (response.url, stored(diagnostic).is_completed) == (url_of("result", diagnostic), True)


def test_last_page_with_gaps_lists_them_with_their_pages(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic, found_trade=None, run_till=None))
    client = holding(diagnostic)

    response = client.post(url_of("page", diagnostic, "safe"), {"go": "next"}, follow=True)

    links = re.findall(r'href="([^"]+#q-[\w-]+)"', response.content.decode())
    assert links == [
        url_of("page", diagnostic, "found") + "#q-found-trade",
        url_of("page", diagnostic, "run") + "#q-run-till",
        url_of("page", diagnostic, "found") + "#q-found-trade",
    ]
    assert stored(diagnostic).is_completed is False


def test_finish_accepts_the_gaps(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic, run_till=None))
    response = holding(diagnostic).post(url_of("finish", diagnostic))
    assert (response.url, stored(diagnostic).result["range"][0]) == (url_of("result", diagnostic), 0)


def test_finish_twice_gives_one_result(diagnostic, holding):
    client = holding(diagnostic)
    first = client.post(url_of("finish", diagnostic)), stored(diagnostic).result
    second = client.post(url_of("finish", diagnostic)), stored(diagnostic).result
    assert (first[0].url, first[1]) == (second[0].url, second[1])


def test_old_tab_of_a_completed_diagnostic_says_so_and_loses_nothing(completed, holding):
    client = holding(completed)
    before = stored(completed).answers
    tabs = [
        client.get(url_of("page", completed, "found"), follow=True),
        client.post(url_of("page", completed, "found"), {"found-name": "cared-for"}, follow=True),
    ]

    told = ["This diagnostic is completed. To correct it, do it again: your answers will be filled in."]
    assert [outcome(tab) for tab in tabs] == [told, told]
    assert [tab.redirect_chain[-1][0] for tab in tabs] == [url_of("result", completed)] * 2
    assert stored(completed).answers == before


def test_old_tab_of_a_completed_diagnostic_is_led_on_by_htmx(completed, holding):
    response = holding(completed).post(url_of("keep_answer", completed, "found"), {"found-name": "cared-for"})
    assert (response.status_code, response["HX-Redirect"]) == (204, url_of("result", completed))


def test_again_is_a_new_one_with_the_answers_filled_in(completed, holding):
    client = holding(completed)

    response = client.post(url_of("again", completed), follow=True)

    new = Diagnostic.objects.get(previous=completed)
    assert response.redirect_chain[-1][0] == url_of("page", new, "found")
    assert checked(response) == {
        "found-name=nothing", "found-trade=absent", "found-reviews=none-yet", "found-places=profile",
    }  # fmt: skip
    assert client.get(url_of("result", completed)).status_code == 200


def test_resume_leads_to_the_first_page_with_an_open_question(diagnostic, holding):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic, sell_see=None, safe_data=None))
    client = holding(diagnostic)
    assert client.post(url_of("go_on", diagnostic)).url == url_of("page", diagnostic, "sell")
    assert "1 minute left" in client.get("/diagnostic/resume/").content.decode()


# Keeping one answer (htmx)


def test_answer_is_kept_the_moment_it_is_given(diagnostic, holding):
    response = holding(diagnostic).post(
        url_of("keep_answer", diagnostic, "found"), {"found-name": "right"}, headers={"HX-Request": "true"}
    )
    assert stored(diagnostic).answers == {"found-name": "right"}
    assert response.content.decode().strip() == "Kept · 8 minutes left"


def test_answer_that_does_not_fit_is_told_and_not_kept(diagnostic, holding):
    response = holding(diagnostic).post(url_of("keep_answer", diagnostic, "found"), {"found-name": "golden"})
    assert response.content.decode().strip() == "This answer does not fit the question: please choose again."
    assert stored(diagnostic).answers == {}
