"""The PDF, the workbook and the CSV of a release: the same numbers, under the same reference and checksum."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.conf import settings
from django.utils import translation
from openpyxl import load_workbook

from businesses.models import Business
from rendering.workbooks import LONGEST_NAME
from reports import city_report, periods, spreadsheets
from reports.models import ContentChanged
from reports.reading import Reading
from reports.wording import TITLES
from surveys import signing
from surveys.inviting import heads_of
from tests import pdfs
from tests.remembered import remembered
from tests.reports.cities import OCTOBER
from tests.reports.cities import answer as answered
from trainings.models import Session

HOUR = timedelta(hours=1)


@pytest.fixture
def namur(cities):
    return remembered("report of Namur", lambda: cities.released("namur"))


def sheets(release):
    book = load_workbook(BytesIO(spreadsheets.xlsx(release)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def lines(release):
    rows = csv.reader(StringIO(spreadsheets.csv(release).decode("utf-8-sig")))
    return [*rows]


def test_report_says_what_a_mayor_reads_first(namur):
    words = pdfs.text(city_report.render(namur))
    assert "With Namur, 2 sessions were held: 23 participants came, 17 of them of Namur." in words
    assert "17 participants of Namur, from 16 shops, came to a session, there or elsewhere." in words
    assert "Participants of the city, at all sessions" in words
    assert "16 of the 400 shops of Namur took part: 4%; in all cities with a session it is 4%." in words
    assert "Recommended most often: “First steps, without fear” (to 11 of the 16 shops that have a result)." in words
    assert "1 more session is planned." in words
    assert "CC-2016-NAMUR-1" in words
    assert namur.checksum[:8] in words


def test_shops_of_no_known_city_are_not_of_those_of_the_city(cities):
    Business.objects.filter(name__in=["Shop 1", "Shop 2"]).update(city=None)
    words = pdfs.text(city_report.render(cities.released("namur")))
    assert "17 participants of Namur, from 16 shops, came" in words
    assert "14 of the 400 shops of Namur took part: 3.5%;" in words


def test_shops_of_a_city_without_sessions_may_have_come_elsewhere(cities):
    Business.objects.filter(name__in=["Shop 1", "Shop 2"]).update(city=cities.cities["wavre"])
    words = pdfs.text(city_report.render(cities.released("wavre")))
    assert "No session has been held with Wavre in this period." in words
    assert "3 participants of Wavre, from 2 shops, came to a session, there or elsewhere." in words


def test_report_on_what_is_over_says_nothing_of_what_comes_after(cities):
    closed = cities.released("namur", period=periods.of_quarter(2016, 3))
    words = pdfs.text(city_report.render(closed))
    assert ("more session" in words, "What comes next" in words) == (False, False)
    assert "coming" not in Reading(closed).tables


def test_report_says_why_fewer_answers_are_shown_than_were_given(cities):
    answered(cities.sessions["first"], {"useful": "useful"}, 10)
    words = pdfs.text(city_report.render(cities.released("namur")))
    assert "answers are counted five by five, and a question may be skipped." in words


def test_report_of_a_city_without_sessions_says_so(cities):
    words = pdfs.text(city_report.render(cities.released("wavre")))
    assert "No session has been held with Wavre in this period." in words
    assert "The city took part in no session in this period: there is nothing to count." in words
    assert "No session of the city was announced on that day." in words


def test_report_of_a_city_whose_shops_are_not_counted_gives_no_share(cities):
    words = pdfs.text(city_report.render(cities.released("dinant")))
    assert "How many shops there are in Dinant is not known: no share is given." in words


def test_report_is_accessible_and_of_three_to_six_pages(namur, tmp_path):
    pdf = city_report.render(namur)
    found = pdfs.structure(pdf)
    assert pdfs.complaints(pdf, tmp_path) == []
    assert 3 <= len(pdfs.reader(pdf).pages) <= 6
    assert [tag for tag in ("H1", "Table", "TH", "Figure") if tag in {one.tag for one in found}] == [
        "H1",
        "Table",
        "TH",
        "Figure",
    ]
    assert "Selling 31 (average 33)" in " ".join(one.alt for one in found)


def test_report_shows_no_count_of_few(namur):
    words = pdfs.text(city_report.render(namur))
    assert "Three figures for better decisions not shown not shown 10 37%" in words


def test_workbook_has_real_numbers(namur):
    found = sheets(namur)
    figures = {row[0]: row[2:4] for row in found["Key figures"]}
    assert figures["Participants"] == [17, 28]
    assert figures["Shops reached, of those that exist"] == [0.04, 0.04]
    assert found["Sessions"][1][1:] == [datetime(2016, 5, 10), "Namur", 10, 10]
    topics = {name: numbers for name, *numbers in found["Topics most recommended"]}
    assert topics["First steps, without fear"] == [11, 11 / 16, 18, pytest.approx(18 / 27)]
    assert topics["Three figures for better decisions"] == ["not shown", "not shown", 10, pytest.approx(10 / 27)]


def test_workbook_is_set_up_for_print_and_says_its_method(namur):
    book = load_workbook(BytesIO(spreadsheets.xlsx(namur)))
    method = {row[0].value: row[1].value for row in book["Method"].rows}
    assert {(sheet.freeze_panes, sheet.page_setup.orientation, sheet.page_setup.paperSize) for sheet in book} == {
        ("A2", "landscape", 9)
    }
    assert {sheet.print_title_rows for sheet in book} == {"$1:$1"}
    assert (method["Reference"], method["Checksum (SHA-256)"]) == ("CC-2016-NAMUR-1", namur.checksum)
    assert (method["From"], method["As of"]) == (datetime(2016, 2, 1), datetime(2016, 10, 4, 14))


def test_number_in_the_workbook_has_the_look_of_its_unit(namur):
    book = load_workbook(BytesIO(spreadsheets.xlsx(namur)))
    looks = {row[0].value: row[2].number_format for row in book["Key figures"].rows}
    assert looks["Participants"] == "#,##0"
    assert looks["Shops reached, of those that exist"] == "0.0%"
    assert looks["Participants per session, mean"] == "0.00"
    assert looks["Hours of mobilisation"] == "#,##0.0"


@pytest.fixture
def wishes(cities):
    """The balance where eight of the first evening asked for a small group; none has a training yet."""
    for head in [head for head in heads_of(cities.sessions["first"]) if not head.is_helper][:8]:
        signing.sign(head=head, name="A", language="fr", wants_small_group=True, at=datetime(2016, 5, 11, tzinfo=UTC))
    return cities.released()


def test_steps_of_the_funnel_have_the_look_of_their_own_units(wishes):
    sheet = load_workbook(BytesIO(spreadsheets.xlsx(wishes)))["From the wish to the training"]
    first, *others = [[(cell.value, cell.number_format) for cell in row[1:]] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in sheet[1]] == ["Step", "Result", "Over (n)"]
    assert first == [(8, "#,##0"), (None, "General")], "how many they are is over nothing"
    assert others == [[(0, "0.0%"), (8, "#,##0")]] * 3
    values = [line[5] for line in lines(wishes) if line[1] == sheet.title]
    assert values == ["8", "", *["0.0", "8"] * 3]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_names_of_sheets_fit_in_every_language(language):
    with translation.override(language):
        names = [spreadsheets.name_of(table) for table in TITLES]
    assert [name for name in names if len(name) > LONGEST_NAME] == []
    assert len(set(names)) == len(names)


def test_sheets_and_lines_are_called_the_same(namur):
    data = {row[1] for row in lines(namur)[1:]}
    assert "Mobilisation" in data
    assert data == {*sheets(namur)}


def test_csv_has_a_line_a_number(namur):
    found = lines(namur)
    assert ["CC-2016-NAMUR-1", "Key figures", "Participants", "number", "Namur", "17", ""] in found
    assert [
        "CC-2016-NAMUR-1",
        "Topics most recommended",
        "Three figures for better decisions",
        "Shops",
        "Namur",
        "",
        "not shown",
    ] in found
    assert ["CC-2016-NAMUR-1", "Method", "Checksum (SHA-256)", "", "", namur.checksum, ""] in found


@pytest.mark.parametrize("make", [city_report.render, spreadsheets.xlsx, spreadsheets.csv])
def test_nothing_is_made_of_a_release_that_was_tampered_with(namur, make):
    namur.content["figures"][0]["own"]["value"] = "99"
    with pytest.raises(ContentChanged):
        make(namur)


@pytest.mark.parametrize("make", [city_report.render, spreadsheets.xlsx, spreadsheets.csv])
def test_same_release_gives_the_same_bytes(namur, make):
    assert make(namur) == make(namur)


def test_balance_answers_in_sentences_with_figures(cities, tmp_path):
    pdf = city_report.render(cities.released())
    words = pdfs.text(pdf)
    assert "3 cities were invited. 2 cities showed interest. 1 city refused." in words
    assert "The reason given: nobody to take care of it (1)." in words
    assert "3 sessions were held. The sessions held grouped 2 cities. 28 participants came to the sessions." in words
    assert "On average, 9 participants came to a session." in words
    assert "1 further session is planned." in words
    assert pdfs.complaints(pdf, tmp_path) == []


def test_balance_goes_campaign_by_campaign_and_grouping_by_grouping(cities):
    found = sheets(cities.released())
    assert found["Campaign by campaign"][1][:7] == ["2016 campaign", 3, 2, 1, 3, 28, 27]
    assert [row[0] for row in found["Grouping by grouping"][1:]] == [
        "Province of Namur",
        "Arrondissement of Dinant",
        "Arrondissement of Namur",
    ]


def test_what_was_not_counted_is_named_once_instead_of_shown_as_nothing(cities):
    balance = cities.released()
    found, words = sheets(balance), pdfs.text(city_report.render(balance))
    assert not [row[0] for row in found["Key figures"] if row[0].startswith("Vouchers")]
    assert "Vouchers: full price" in dict(row[:2] for row in found["Method"])["Without a value so far"]
    assert "Vouchers: public share" not in found["Campaign by campaign"][0]
    assert "Without a value so far: Vouchers: full price;" in words
    assert "€0" not in words


@pytest.fixture
def nothing(cities):
    """The balance of a campaign in which nothing has happened."""
    period = periods.of_campaign(cities.programme.campaigns.get(code="campaign-2017"))
    return cities.released(period=period, at=datetime(2017, 2, 1, tzinfo=UTC))


def test_balance_of_a_campaign_without_anything_says_so(nothing):
    words = pdfs.text(city_report.render(nothing))
    assert "No session has been held in this period." in words
    assert "No training has been paid with a voucher in this period." in words


def test_spreadsheets_of_a_campaign_without_anything_count_nought(nothing):
    figures = {row[0]: row[2] for row in sheets(nothing)["Key figures"]}
    assert (figures["Sessions held"], figures["Participants"]) == (0, 0)
    assert [nothing.reference, "Key figures", "Participants", "number", "Commerce connecté", "0", ""] in lines(nothing)


def test_city_without_sessions_stands_beside_the_whole_without_empty_columns(cities):
    wavre = cities.released("wavre")
    found, words = sheets(wavre), pdfs.text(city_report.render(wavre))
    assert found["Digital maturity"][0] == ["Theme", "Points of 100, of all", "Shops, of all"]
    assert "There is nothing of Wavre to count here; in the whole programme:" in words
    assert "Wavre have" not in words
    assert [wavre.reference, "Key figures", "Participants per session, mean", "mean", "Wavre", "", ""] in lines(wavre)


def test_what_each_line_of_the_answers_is_over_stands_in_its_head(namur):
    found = sheets(namur)
    [rate] = [row for row in found["What participants said"] if row[0].startswith("Response rate")]
    assert found["What participants said"][0][2] == "Over (n), Namur"
    assert (found["What participants said"][1], rate[2]) == (rate, 23)


def test_that_none_of_those_who_came_is_of_the_city_is_said(cities):
    Business.objects.filter(city=cities.cities["dinant"]).update(city=cities.cities["ciney"])
    first = next(city_report.sentences(Reading(cities.released("dinant"))))
    assert first == "With Dinant, 2 sessions were held: 18 participants came, none of them of Dinant."


def test_count_is_over_nothing(cities):
    """Beside it, how many it is would read as what it is out of."""
    found = Reading(cities.released()).figures
    assert (found["cities-refused"].n, found["cities-refused"].over) == (1, None)
    assert found["mobilisation-hours"].over is None
    assert found["participants-per-session"].over == 3
    page = city_report.html(cities.released())
    assert '<tr><th scope="row">Cities that refused</th><td class="num wide">1</td><td class="num"></td></tr>' in page


def test_session_to_which_nobody_came_is_counted_and_divides_nothing(cities):
    Session.objects.filter(pk=cities.sessions["coming"].pk).update(starts_at=OCTOBER - 2 * HOUR, ends_at=OCTOBER - HOUR)
    period = periods.of_quarter(2016, 4)
    balance = cities.released(period=period)
    assert "1 session was held." in pdfs.text(city_report.render(balance))
    assert "On average, 0 participants came to a session." in pdfs.text(city_report.render(balance))
    assert "What participants said" not in sheets(balance)
    assert [balance.reference, "Key figures", "Participants", "number", "Commerce connecté", "0", ""] in lines(balance)


def test_files_of_a_demonstration_say_that_it_is_one(namur, settings):
    settings.DEMO = True
    told = "Demonstration: the people, the shops and their answers are fictitious."
    pages = pdfs.reader(city_report.render(namur)).pages
    assert [told in " ".join(page.extract_text().split()) for page in pages] == [True] * len(pages)
    assert ["Note", told] in [row[:2] for row in sheets(namur)["Method"]]
    assert [namur.reference, "Method", "Note", "", "", told, ""] in lines(namur)


def test_files_of_the_real_portal_do_not(namur):
    assert "fictitious" not in pdfs.text(city_report.render(namur)) + spreadsheets.csv(namur).decode()
