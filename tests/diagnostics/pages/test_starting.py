"""Starting a diagnostic; what browsers keep of it, and what its pages cost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from businesses.models import SubSector
from diagnostics import reporting, taking
from diagnostics.models import Diagnostic
from outbox.models import Job
from tests.diagnostics.pages.browsing import START, stored, url_of, words
from tests.diagnostics.shops import answers, finish, highest, reload, take

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


@pytest.mark.parametrize("typed", ["", "%", "_", "' OR 1=1", "é" * 5000, "\ud7ff\U0001f33b", "<script>", "((("])
def test_search_of_anything_does_no_harm(client, commerce, typed):
    for url, name in [(START, "q"), (f"{START}trades/", "q"), (f"{START}places/", "place")]:
        response = client.get(url, {name: typed})
        assert (response.status_code, b"<script>" in response.content) == (200, False)


def test_search_in_bytes_that_are_no_text_does_no_harm(client, commerce):
    assert client.get(f"{START}trades/?q=%ff%fe").status_code == 200
    assert client.get(f"{START}places/?place=%c3%28").status_code == 200


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
