"""The PDF, the workbook and the CSV of a release: the same numbers, under the same reference and checksum."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.conf import settings
from django.utils import translation
from openpyxl import load_workbook

from rendering.workbooks import LONGEST_NAME
from reports import city_report, periods, spreadsheets
from reports.models import ContentChanged
from reports.wording import TITLES
from tests import pdfs
from tests.reports.cities import OCTOBER
from trainings.models import Session

HOUR = timedelta(hours=1)


@pytest.fixture
def namur(cities):
    return cities.released("namur")


def sheets(release):
    book = load_workbook(BytesIO(spreadsheets.xlsx(release)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def lines(release):
    rows = csv.reader(StringIO(spreadsheets.csv(release).decode("utf-8-sig")))
    return [*rows]


def test_report_says_what_a_mayor_reads_first(namur):
    words = pdfs.text(city_report.render(namur))
    assert "With Namur, 2 sessions were held; 17 participants came, from 16 shops." in words
    assert "That is 4% of the 400 shops of Namur; in all cities with a session it is 4%." in words
    assert "1 more session is planned." in words
    assert "CC-2016-NAMUR-1" in words
    assert namur.checksum[:8] in words


def test_report_of_a_city_without_sessions_says_so(cities):
    words = pdfs.text(city_report.render(cities.released("wavre")))
    assert "No session has been held with Wavre in this period yet." in words
    assert "The city took part in no session in this period: there is nothing to count yet." in words
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


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_names_of_sheets_fit_in_every_language(language):
    with translation.override(language):
        names = [spreadsheets.name_of(table) for table in TITLES]
    assert [name for name in names if len(name) > LONGEST_NAME] == []
    assert len(set(names)) == len(names)


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
    assert "The reasons that they gave: Nobody to take care of it (1)." in words
    assert "3 sessions were held. The sessions held grouped 2 cities. 28 participants came to the sessions." in words
    assert "At 3 sessions, the average number of participants was 9.33." in words
    assert "1 further session is planned." in words
    assert pdfs.complaints(pdf, tmp_path) == []


def test_balance_goes_campaign_by_campaign_and_grouping_by_grouping(cities):
    found = sheets(cities.released())
    assert found["Campaign by campaign"][1][:7] == ["2016 campaign", 3, 2, 1, 3, 28, 27]
    assert [row[0] for row in found["Grouping by grouping"][1:]] == [
        "Namur",
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
    assert "No session has been held in this period yet." in words
    assert "No training has been paid with a voucher in this period yet." in words


def test_spreadsheets_of_a_campaign_without_anything_count_nought(nothing):
    figures = {row[0]: row[2] for row in sheets(nothing)["Key figures"]}
    assert (figures["Sessions held"], figures["Participants"]) == (0, 0)
    assert [nothing.reference, "Key figures", "Participants", "number", "Commerce connecté", "0", ""] in lines(nothing)


def test_city_without_sessions_stands_beside_the_whole_without_empty_columns(cities):
    wavre = cities.released("wavre")
    found, words = sheets(wavre), pdfs.text(city_report.render(wavre))
    assert found["Digital maturity"][0] == ["Theme", "Points of 100, of all", "Shops, of all"]
    assert "There is nothing of Wavre to count here yet; in the whole programme:" in words
    assert "Wavre have" not in words
    assert [wavre.reference, "Key figures", "Participants per session, mean", "mean", "Wavre", "", ""] in lines(wavre)


def test_session_to_which_nobody_came_is_counted_and_divides_nothing(cities):
    Session.objects.filter(pk=cities.sessions["coming"].pk).update(starts_at=OCTOBER - 2 * HOUR, ends_at=OCTOBER - HOUR)
    period = periods.of_quarter(2016, 4)
    balance = cities.released(period=period)
    assert "1 session was held." in pdfs.text(city_report.render(balance))
    assert "At 1 session, the average number of participants was 0." in pdfs.text(city_report.render(balance))
    assert "What participants said" not in sheets(balance)
    assert [balance.reference, "Key figures", "Participants", "number", "Commerce connecté", "0", ""] in lines(balance)
