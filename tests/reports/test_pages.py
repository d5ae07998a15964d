from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from diagnostics.models import Diagnostic
from programmes.models import City, Programme
from reports.periods import of_year
from reports.releasing import release
from reports.subjects import Subject
from tests.conftest import user
from tests.diagnostics.shops import copies, take
from trainings.interests import ask
from trainings.models import Interest, Session

PARTICIPANTS = "/reports/commerce/figures/participants/"
SCORE = "/reports/commerce-connecte/figures/score-mean/"
YEAR = "as_of=2016-12-31"


def value(page):
    return page.context["view"].words


def table(page):
    return page.context["view"].shown_table


def test_list_has_every_figure_and_is_searched(year, staff, django_assert_num_queries):
    page = staff.get("/reports/commerce/figures/")
    assert b"participants-per-session-median" in page.content
    assert (
        staff.get("/reports/commerce/figures/?q=median+score").context["sections"][0].definitions[0].code
        == "score-median"
    )
    assert b"No figure has" in staff.get("/reports/commerce/figures/?q=xyzzy").content


def test_page_says_value_sentence_in_both_languages_and_rows(year, staff):
    page = staff.get(f"{PARTICIPANTS}?{YEAR}&by=rows")
    assert value(page) == "8"
    assert [one.language for one in page.context["view"].sentences] == ["fr", "en"]
    assert len(page.context["rows"]) == 7
    assert "7 rows for 8 counted" in page.text
    rows, links = zip(*page.context["rows"], strict=True)
    assert all(row.day and row.city for row in rows)
    assert {row.shop for row in rows} > {""}
    assert all(link.startswith("/admin/trainings/registration/") for link in links)


def test_sentence_is_whole_in_each_language(year, ministry):
    City.objects.filter(code="91034").update(shops=None)
    page = ministry.get("/reports/commerce/figures/reach/?period=2016-q2")
    french, english = [one.text for one in page.context["view"].sentences]
    assert ("Trimestre 2 de 2016" in french, "On ne sait pas combien" in french) == (True, True)
    assert ("Quarter 2 of 2016" in english, "It is not known how many" in english) == (True, True)
    assert ("Quarter" in french, "Trimestre" in english) == (False, False)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("city=92094", "5"),
        ("city=92094&sub_sector=florist", "4"),
        ("kind=training", "2"),
        ("since=2016-09-01&until=2016-09-30", "2"),
        ("campaign=campaign-2017", "0"),
        ("campaign=campaign-2016", "8"),
    ],
)
def test_filters_stand_in_the_address(year, staff, asked, words):
    assert value(staff.get(f"{PARTICIPANTS}?{YEAR}&{asked}")) == words


@pytest.mark.parametrize("asked", ["since=2016-09-30&until=2016-09-01", "city=nowhere", "until=soon", "campaign=x"])
def test_bad_filters_are_said_in_words_and_count_nothing(year, staff, asked):
    page = staff.get(f"{PARTICIPANTS}?{asked}")
    assert page.status_code == 422
    assert "view" not in page.context
    assert b'id="errors"' in page.content


def test_city_that_is_not_in_the_list_is_refused_kindly(year, staff):
    page = staff.get(f"{PARTICIPANTS}?city=9999")
    assert (page.status_code, "This is not in the list: please choose again." in page.text) == (422, True)
    assert "9999 is not one of" not in page.text


@pytest.mark.parametrize("name", ["since", "until", "as_of"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_day_out_of_all_time_is_refused_in_words(year, staff, name, day):
    page = staff.get(f"{PARTICIPANTS}?{name}={day}")
    assert page.status_code == 422
    assert "Give a day between 2000 and 2099." in page.text


@pytest.mark.parametrize("code", ["turnout", "participants-per-session", "public-share-per-shop", "reach"])
def test_campaign_of_nothing_says_so(year, staff, code):
    page = staff.get(f"/reports/commerce/figures/{code}/?campaign=campaign-2017&as_of=2017-01-02")
    assert value(page) == "–"
    assert b"nothing to divide" in page.content


def test_tables_are_put_in_order(year, staff):
    def cities(asked):
        return [part.label for part in table(staff.get(f"{PARTICIPANTS}?{YEAR}&by=city&{asked}")).parts]

    assert cities("") == ["Ciney", "Dinant", "Namur"]
    assert cities("sort=-value") == ["Namur", "Dinant", "Ciney"]
    assert cities("sort=-name") == ["Namur", "Dinant", "Ciney"]
    assert cities("sort=nonsense") == ["Ciney", "Dinant", "Namur"]


def test_csv_has_the_parts_and_what_they_mean(year, staff):
    answer = staff.get(f"{PARTICIPANTS}city.csv?{YEAR}")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:4]] == [["Ciney", "1"], ["Dinant", "2"], ["Namur", "5"]]
    assert "Definition" in "".join(lines)


def heads(answer):
    return [cell.value for cell in load_workbook(BytesIO(answer.content)).worksheets[0][1]]


def test_workbook_has_real_numbers_and_a_method(year, staff):
    answer = staff.get(f"/reports/commerce/figures/turnout/kind.xlsx?{YEAR}")
    book = load_workbook(BytesIO(answer.content))
    first = [*book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert sorted(row[1:] for row in first) == [(0.8, 4, 5, 5), (1, 2, 2, 2)]
    assert len(book.worksheets) == 2
    assert heads(answer)[2:] == ["How many", "Out of", "Over (n)"]


def test_what_a_value_is_made_of_has_its_own_units(year, staff):
    page = staff.get(f"/reports/commerce/figures/price-per-shop/?{YEAR}").text
    answer = staff.get(f"/reports/commerce/figures/price-per-shop/city.xlsx?{YEAR}")
    assert heads(answer) == ["City", "Price of trainings per shop, euro", "In all", "For how many", "Over (n)"]
    [row] = load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, min_col=2)
    assert "€180 in all, for 1<" in page
    assert [(cell.value, cell.number_format) for cell in row] == [
        (180, "#,##0.00"),
        (180, "#,##0.00"),
        (1, "#,##0"),
        (1, "#,##0"),
    ]


def test_file_of_a_demonstration_says_that_it_is_one(year, staff, settings):
    settings.DEMO = True
    lines = b"".join(staff.get(f"{PARTICIPANTS}city.csv?{YEAR}").streaming_content).decode("utf-8-sig")
    assert 'Note,"Demonstration: the people, the shops and their answers are fictitious."' in lines


def test_rows_go_into_a_file_for_staff_alone(year, staff, ministry):
    answer = staff.get(f"{PARTICIPANTS}rows.csv?{YEAR}&city=92094")
    head, *lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert (head, len(lines), "no-store" in answer["Cache-Control"]) == ("Row,Day,City,Shop", 4, True)
    assert all(",2016-" in line for line in lines)
    book = load_workbook(BytesIO(staff.get(f"{PARTICIPANTS}rows.xlsx?{YEAR}").content))
    assert book.worksheets[0].max_row == 8
    assert [ministry.get(f"{PARTICIPANTS}rows.{form}").status_code for form in ("csv", "xlsx", "pdf")] == [404] * 3


def test_columns_are_headed_by_what_they_hold(year, staff):
    assert table(staff.get(f"{PARTICIPANTS}?{YEAR}&by=kind")).head == "Kind"
    assert table(staff.get(f"{PARTICIPANTS}?{YEAR}&by=city")).head == "City"


def test_campaign_is_not_compared_with_itself(year, staff):
    page = staff.get(f"{PARTICIPANTS}?first=campaign-2016&second=campaign-2016")
    assert "Choose two different campaigns." in page.text


def test_ranking_is_headed_by_its_answers_and_opens_on_them(year, staff):
    page = staff.get("/reports/commerce/figures/training-topics/")
    assert (page.context["view"].words, [way.by for way in page.context["view"].ways]) == ("0", ["topic"])
    assert page.context["campaigns"] == []


@pytest.mark.parametrize("address", ["participants/city.pdf", "participants/topic.csv", "nothing/city.csv", "nothing/"])
def test_what_is_not_there_is_not_found(year, staff, address):
    assert staff.get(f"/reports/commerce/figures/{address}").status_code == 404


def test_two_campaigns_are_compared(year, staff):
    page = staff.get(f"{PARTICIPANTS}?first=campaign-2016&second=campaign-2017&as_of=2018-12-31")
    assert page.context["comparison"].difference == "+8"
    assert staff.get(f"{PARTICIPANTS}?first=campaign-2016&second=campaign-2016").context["comparison"] is None
    assert staff.get(f"{PARTICIPANTS}?first=campaign-2016&second=x").context["comparison"] is None


@pytest.mark.parametrize("asked", ["report=2016-12-31", "report=2016-12-31&first=campaign-2016&second=campaign-2017"])
def test_then_and_now_takes_any_day_that_is_over(year, staff, asked):
    page = staff.get(f"{PARTICIPANTS}?{asked}")
    assert (page.status_code, page.context["meanwhile"].now_words) == (200, "8")


@pytest.mark.parametrize(
    "asked", ["report=not-a-day", "report=2026-13-45", "report=2099-01-01", "report=9999-12-31", "release=X"]
)
def test_day_or_report_that_is_not_there_is_refused_in_words(year, staff, asked):
    page = staff.get(f"{PARTICIPANTS}?{asked}")
    assert (page.status_code, page.context["meanwhile"]) == (422, None)
    assert b'id="errors"' in page.content


@pytest.mark.parametrize(("by", "queries"), [("time", 15), ("city", 15), ("rows", 18)])
def test_page_asks_as_often_for_one_row_as_for_seven(year, staff, django_assert_num_queries, by, queries):
    staff.get(PARTICIPANTS)
    for asked in ("city=91030", "city=92094"):
        with django_assert_num_queries(queries):
            staff.get(f"{PARTICIPANTS}?{YEAR}&by={by}&{asked}")


@pytest.mark.parametrize("figure", ["participants-per-session", "participants-per-session-median"])
def test_heads_are_counted_once_for_the_whole_and_its_parts(year, staff, figure):
    with CaptureQueriesContext(connection) as asked:
        staff.get(f"/reports/commerce/figures/{figure}/?{YEAR}&by=city")
    assert sum("COUNT(DISTINCT" in one["sql"] and "trainings_attendance" in one["sql"] for one in asked) == 1


def test_list_asks_as_often_whatever_it_finds(year, staff, django_assert_num_queries):
    staff.get("/reports/commerce/figures/")
    for asked in ("", "?q=median"):
        with django_assert_num_queries(5):
            staff.get(f"/reports/commerce/figures/{asked}")


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ("", "time"),
        ("by=quarter", "time"),
        ("by=kind", "kind"),
        ("by=rows", "rows"),
        ("by=topic", "time"),
        ("by=<b>", "time"),
    ],
)
def test_one_way_to_look_at_a_figure_is_shown_at_a_time(year, staff, asked, way):
    page = staff.get(f"{PARTICIPANTS}?{YEAR}&{asked}")
    assert [one.by for one in page.context["view"].ways if one.is_shown] == [way]
    shown = (b'id="trend"' in page.content, b'id="by-kind"' in page.content, b'id="rows"' in page.content)
    assert shown == (way == "time", way == "kind", way == "rows")


def test_way_that_was_chosen_stays_when_filters_change(year, staff):
    assert b'<input type="hidden" name="by" value="city">' in staff.get(f"{PARTICIPANTS}?{YEAR}&by=city").content


def test_figure_that_is_not_counted_over_time_shows_its_first_breakdown(year, staff):
    assert table(staff.get("/reports/commerce/figures/modules/")).by == "kind"


# Who reads


def test_ministry_reads_figures_and_no_rows(year, ministry):
    page = ministry.get(f"{PARTICIPANTS}?{YEAR}&report=2016-12-31&by=rows")
    assert value(page) == "8"
    assert ["rows" in page.context, "reads_rows" in page.context] == [False, False]
    assert page.context["meanwhile"] is None
    assert b"/admin/" not in page.content


@pytest.mark.parametrize("role", [Role.ADVISER, Role.TRAINER, Role.CITY_OFFICIAL, Role.SHOPKEEPER])
def test_others_read_nothing(year, role):
    client = Client()
    client.force_login(
        user("x@example.org", role, is_staff=role == Role.ADVISER),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    addresses = ("/reports/commerce/figures/", PARTICIPANTS, f"{PARTICIPANTS}city.csv")
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]


def test_staff_without_the_second_factor_are_led_to_it(year, signed_in, dana):
    assert signed_in(dana).get(PARTICIPANTS).url.startswith("/accounts/second-factor/app/")


@pytest.fixture
def scores(commerce, namur):
    """Four florists in Namur of 40 points, and six bakers of nowhere of 60."""
    for trade, score, number, city in (("florist", 40, 4, namur), ("bakery", 60, 6, None)):
        rows = copies(take(commerce, trade, city=city), number)
        Diagnostic.objects.filter(pk__in=[row.pk for row in rows]).update(score=score)


@pytest.mark.usefixtures("scores")
def test_scores_are_for_the_ministry_in_releases_alone(ministry, staff):
    page = ministry.get(SCORE)
    view = page.context["view"]
    assert (view.words, view.sentences, view.numbers, view.ways, page.context["campaigns"]) == ("–", [], [], [], [])
    assert "Scores, topics and slips are read in the reports" in page.text
    assert ministry.get(f"{SCORE}sub_sector.csv").status_code == 404
    assert value(staff.get(SCORE)) == "52 points out of 100"


@pytest.mark.usefixtures("scores")
def test_what_stands_in_releases_leads_to_the_latest_of_the_whole(ministry, staff):
    address = "/reports/commerce-connecte/figures/"
    assert ["Ask for one" in ministry.get(each).text for each in (address, SCORE)] == [True, True]
    made = release(subject=Subject(Programme.objects.get(), of_year(2025)))
    assert [made.reference in ministry.get(each).text for each in (address, SCORE)] == [True, True]
    assert "in the reports" not in staff.get(address).text


@pytest.mark.usefixtures("scores")
@pytest.mark.parametrize("asked", ["city=92094", "sub_sector=florist", "since=2026-05-01", "as_of=2026-05-05"])
def test_ministry_cannot_filter_scores_and_reckon_the_difference(ministry, asked):
    page = ministry.get(f"{SCORE}?{asked}")
    assert [*page.context["form"].fields] == []


def test_ministry_has_no_counts_by_trade(year, ministry, staff):
    assert [client.get(f"{PARTICIPANTS}sub_sector.csv").status_code for client in (ministry, staff)] == [404, 200]
    assert {"sub_sector", "since", "until", "as_of"}.isdisjoint(ministry.get(PARTICIPANTS).context["form"].fields)
    assert value(ministry.get(f"{PARTICIPANTS}?sub_sector=florist")) == value(ministry.get(PARTICIPANTS))


def test_ministry_asks_by_quarter_or_year(year, ministry):
    found = [value(ministry.get(f"{PARTICIPANTS}?period={code}")) for code in ("2016-q2", "2016", "2016-q3")]
    assert found == ["4", "8", "2"]


def test_way_to_the_figures_stands_in_the_space_of_their_readers(year, ministry, staff, alice, signed_in):
    spaces = [one.get("/my/").content for one in (ministry, staff, signed_in(alice))]
    assert [b"/reports/commerce/figures/" in space for space in spaces] == [True, True, False]


# What is said of one


PAID = ("vouchers-full-price", "vouchers-paid", "price-per-shop", "public-share-per-shop", "vouchers-public-part")


@pytest.mark.parametrize("code", PAID)
def test_what_the_public_pays_is_as_open_as_who_came(year, ministry, staff, code):
    for asked in ("", "?by=city", "?city=92094&period=2016-q4"):
        pages = [each.get(f"/reports/commerce/figures/{code}/{asked}") for each in (ministry, staff)]
        assert [value(page) in ("–", "") for page in pages] == [False, False]
    assert "campaign" in pages[0].context["form"].fields


def test_ministry_does_not_read_how_long_one_shop_took(ministry, staff, commerce, namur):
    take(commerce, city=namur)
    address = "/reports/commerce-connecte/figures/diagnostic-minutes/"
    assert [value(each.get(address)) == "–" for each in (ministry, staff)] == [True, False]
    page = ministry.get(address)
    assert ("There are too few answers" in page.text, page.context["view"].trend) == (True, None)


@pytest.mark.parametrize("by", ["city", "grouping", "month", "year"])
@pytest.mark.parametrize("code", ["diagnostic-minutes", "interests", "waiting"])
def test_what_is_kept_of_few_is_not_split_by_what_lies_within_another(commerce, ministry, code, by):
    address = f"/reports/commerce-connecte/figures/{code}/"
    assert ministry.get(f"{address}{by}.csv").status_code == 404
    page = ministry.get(f"{address}?by={by}")
    assert (
        page.context["view"].trend,
        {way.by for way in page.context["view"].ways} - {"campaign", "kind", "topic"},
    ) == (
        None,
        set(),
    )


@pytest.mark.parametrize("code", ["diagnostic-minutes", "interests", "waiting"])
def test_what_is_kept_of_few_is_read_whole_and_of_no_campaign_by_itself(year, ministry, staff, code):
    address = f"/reports/commerce/figures/{code}/"
    assert [[*each.get(address).context["form"].fields] == [] for each in (ministry, staff)] == [True, False]
    assert ministry.get(f"{address}?first=campaign-2016&second=campaign-2017").context["comparison"] is None


@pytest.mark.parametrize("code", ["interests", "waiting"])
def test_ministry_does_not_read_the_wish_of_one(year, ministry, staff, code):
    when = timezone.now()
    Session.objects.filter(pk=year.sessions["small"].pk).update(
        starts_at=when + timedelta(days=1), ends_at=when + timedelta(days=2), topic=year.sessions["course"].topic
    )
    ask(topic=year.sessions["course"].topic, city=year.cities["namur"], language="fr", email="a@example.org")
    Interest.objects.update(confirmed_at=when)
    address = f"/reports/commerce/figures/{code}/?by=topic"
    assert [(value(page), [part.words for part in table(page).parts]) for page in map(staff.get, [address])] == [
        ("1", ["1"])
    ]
    assert [(value(page), [part.words for part in table(page).parts]) for page in map(ministry.get, [address])] == [
        ("–", ["–"])
    ]


def test_nothing_counted_is_no_secret(year, ministry):
    page = ministry.get("/reports/commerce/figures/interests/")
    assert (value(page), "too few answers" in page.text) == ("0", False)
