import re

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from businesses.models import SubSector
from diagnostics import reporting, taking
from diagnostics.models import Diagnostic
from diagnostics.pages import asked
from outbox.models import Job
from tests.diagnostics.shops import answers, finish, highest, reload, take

START = "/diagnostic/start/commerce-connecte/"


def url_of(name, diagnostic, *code):
    return reverse(f"diagnostics:{name}", args=[diagnostic.public_id, *code])


def stored(diagnostic):
    return Diagnostic.objects.get(pk=diagnostic.pk)


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def checked(response):
    """What is ticked on a page, as name=value."""
    found = re.findall(r'name="([\w-]+)" value="([\w-]+)"[^>]* checked', response.content.decode())
    return {f"{name}={value}" for name, value in found}


def outcome(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def shop(florist):
    return {"sub_sector": florist.pk, "place": "Namur", "staff_size": "alone"}


# Starting


def test_start_asks_three_things_and_goes_to_the_first_page(client, shop, florist, namur):
    response = client.post(START, shop)

    diagnostic = Diagnostic.objects.get()
    assert (diagnostic.sub_sector, diagnostic.city, diagnostic.staff_size, diagnostic.language) == (
        florist, namur, "alone", "en",
    )  # fmt: skip
    assert (diagnostic.person, diagnostic.business) == (None, None)
    assert response.url == url_of("page", diagnostic, "found")
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sub_sector": ""}, "sub_sector"),
        ({"sub_sector": "9" * 40}, "sub_sector"),
        ({"sub_sector": "florist"}, "sub_sector"),
        ({"sub_sector": "1\0"}, "sub_sector"),
        ({"place": "Atlantis"}, "place"),
        ({"place": "x" * 5000}, "place"),
        ({"place": "5000\0"}, "place"),
        ({"place": "Sain"}, "place"),
        ({"staff_size": ""}, "staff_size"),
        ({"staff_size": "a thousand"}, "staff_size"),
    ],
)
def test_start_with_one_bad_answer_names_it_and_keeps_the_others(client, shop, change, field):
    response = client.post(START, shop | change)

    page = response.content.decode()
    assert (response.status_code, [*response.context["form"].errors], Diagnostic.objects.count()) == (422, [field], 0)
    assert (f'<option value="{shop["sub_sector"]}" selected>' in page) is (field != "sub_sector")
    assert ('value="Namur"' in page) is (field != "place")
    assert ('value="alone" required checked' in page) is (field != "staff_size")


def test_start_with_a_withdrawn_trade_asks_again(client, shop, florist):
    florist.withdrawn_at = timezone.now()
    florist.save(update_fields=["withdrawn_at"])
    assert client.post(START, shop).status_code == 422


def test_start_without_a_place_is_fine(client, shop):
    client.post(START, shop | {"place": "  "})
    assert Diagnostic.objects.get().city is None


def test_start_of_a_programme_without_questions_says_so(client, shop, commerce):
    commerce.questionnaire = None
    commerce.save(update_fields=["questionnaire"])
    response = client.post(START, shop)
    assert (response.status_code, "is not open yet" in response.content.decode()) == (503, True)


def test_start_of_no_programme_is_not_found(client, commerce):
    statuses = [client.get(f"/diagnostic/start/nothing/{page}").status_code for page in ("", "trades/", "places/")]
    assert statuses == [404, 404, 200]
    assert client.get("/diagnostic/start/nothing/places/", {"place": "Namur"}).content.strip() == b""


def test_start_where_no_question_concerns_the_trade_leads_to_the_end(client, shop):
    def not_for_florists(data):
        for dimension in data["questionnaire"]["dimensions"]:
            for question in dimension["questions"]:
                question["not_for"] = ["florist"]

    reload(not_for_florists)
    response = client.post(START, shop)
    diagnostic = Diagnostic.objects.get()

    assert response.url == url_of("finish", diagnostic)
    assert client.post(url_of("go_on", diagnostic)).url == url_of("finish", diagnostic)
    assert client.post(response.url).url == url_of("result", diagnostic)


def test_trades_are_found_while_typing_and_nothing_else_is_drawn(client, commerce):
    page = client.get(f"{START}trades/", {"q": "fleurs"}, headers={"HX-Request": "true"}).content.decode()
    assert words(page) == "1 trade found Florist Flowers, plants and pets"


def test_trades_that_do_not_exist_leave_the_whole_list(client, commerce):
    page = client.get(f"{START}trades/", {"q": "qqq"}).content.decode()
    assert "No trade is called so." in page
    assert page.count("<option") == 1 + 37


def test_trades_are_found_without_javascript_on_the_page_itself(client, commerce):
    page = client.get(START, {"q": "fleurs"}).content.decode()
    assert 'name="q" id="q" value="fleurs"' in page
    assert page.count('name="sub_sector"') == 1


def test_places_are_found_while_typing(client, commerce):
    page = client.get(f"{START}places/", {"place": "5000"}).content.decode()
    assert words(page) == "5000, 5001, 5002, 5003, 5004, 5020, 5021, 5022, 5024, 5100, 5101"
    assert 'value="Namur"' in page


@pytest.mark.parametrize("typed", ["", "\0", "%", "_", "' OR 1=1", "é" * 5000, "\ud7ff\U0001f33b", "<script>", "((("])
def test_search_of_anything_does_no_harm(client, commerce, typed):
    for url, name in [(START, "q"), (f"{START}trades/", "q"), (f"{START}places/", "place")]:
        response = client.get(url, {name: typed})
        assert (response.status_code, b"<script>" in response.content) == (200, False)


def test_search_in_bytes_that_are_no_text_does_no_harm(client, commerce):
    assert client.get(f"{START}trades/?q=%ff%fe%00").status_code == 200
    assert client.get(f"{START}places/?place=%c3%28").status_code == 200


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


# What browsers may keep


def test_personal_pages_are_stored_by_no_browser(diagnostic, holding, commerce):
    done = take(commerce)
    client = holding(diagnostic)
    holding(done)
    client.post(url_of("report", done))
    client.post(url_of("share", done))
    pages = [
        START, "/diagnostic/resume/", url_of("page", diagnostic, "found"), url_of("finish", diagnostic),
        url_of("result", done), url_of("keep", done), url_of("report", done),
        reverse("diagnostics:shared", args=[done.shares.get().token]),
    ]  # fmt: skip
    assert {page: client.get(page)["Cache-Control"] for page in pages} == dict.fromkeys(
        pages, "max-age=0, no-cache, no-store, must-revalidate, private"
    )


# What a page costs


@pytest.fixture
def counted(django_assert_num_queries):
    """counted(n, get, url): so many queries, once the process is warm."""

    def count(number, ask, *args, **kwargs):
        with django_assert_num_queries(number):
            return ask(*args, **kwargs)

    return count


def test_queries_of_the_pages_before_the_first_answer(client, commerce, shop, counted):
    client.get("/")
    counted(2, client.get, "/")
    counted(2, client.get, START)
    counted(1, client.get, f"{START}places/", {"place": "Namur"})
    counted(12, client.post, START, shop)  # two of them begin and end the try of a code


def test_queries_of_answering(diagnostic, holding, counted):
    client = holding(diagnostic)
    client.get(url_of("page", diagnostic, "found"))
    one, page = {"found-name": "right"}, {"found-name": "right", "found-trade": "absent", "go": "next"}

    counted(2, client.get, url_of("page", diagnostic, "found"))
    counted(3, client.post, url_of("page", diagnostic, "found"), page)
    counted(3, client.post, url_of("keep_answer", diagnostic, "found"), one)
    counted(2, client.get, url_of("finish", diagnostic))


def test_queries_of_the_result(completed, holding, counted):
    client = holding(completed)
    client.get(url_of("result", completed))

    counted(7, client.post, url_of("report", completed))
    counted(4, client.get, url_of("result", completed))
    counted(3, client.get, url_of("report", completed))


def test_queries_of_completing(diagnostic, holding, counted):
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic))
    client = holding(diagnostic)
    client.get(url_of("page", diagnostic, "safe"))
    counted(10, client.post, url_of("page", diagnostic, "safe"), {"go": "next"})


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_start_are_the_same_for_one_trade_and_for_three(client, commerce, counted, count):
    kept = SubSector.objects.values_list("pk", flat=True)[:count]
    SubSector.objects.exclude(pk__in=[*kept]).update(withdrawn_at=timezone.now())
    client.get(START)

    page = counted(2, client.get, START).content.decode()

    assert page.count("<option") == 1 + count


def test_definition_of_a_version_is_read_once_a_process(diagnostic, holding, django_assert_max_num_queries):
    """It is large: no page and no completion fetches it again."""
    client = holding(diagnostic)
    client.get(url_of("page", diagnostic, "found"))
    with django_assert_max_num_queries(100) as asked:
        finish(diagnostic, highest)
        client.get(url_of("result", diagnostic))
        finish(taking.start_again(diagnostic=stored(diagnostic), language="fr"))
    assert [query["sql"][:80] for query in asked.captured_queries if '"definition"' in query["sql"]] == []


def test_report_asked_for_twice_is_one_job(completed, holding):
    client = holding(completed)
    for _ in range(2):
        response = client.post(url_of("report", completed))
    assert (Job.objects.count(), response.url) == (1, url_of("report", completed))
    assert Job.objects.get() == reporting.job_of(completed, "en")
