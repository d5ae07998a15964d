"""The PDF, the workbook and the CSV of a release: the same numbers, under the same reference and checksum."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from reports import city_report, periods, spreadsheets
from reports.models import ContentChanged
from tests import pdfs


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
    assert "Fashion and accessories not shown not shown not shown not shown" in words


def test_workbook_has_real_numbers(namur):
    found = sheets(namur)
    figures = {row[0]: row[2:4] for row in found["Key figures"]}
    assert figures["Participants"] == [17, 28]
    assert figures["Shops reached, of those that exist"] == [4, 4]
    assert found["Sessions"][1][1:] == [datetime(2016, 5, 10), "Namur", 10, 10]
    assert found["Families of trades"][1] == ["Food and drink", 8, 0.5, 14, pytest.approx(14 / 27)]
    assert found["Families of trades"][2][1:] == ["not shown"] * 4


def test_workbook_is_set_up_for_print_and_says_its_method(namur):
    book = load_workbook(BytesIO(spreadsheets.xlsx(namur)))
    sheet = book["Key figures"]
    method = {row[0].value: row[1].value for row in book["Method"].rows}
    assert (sheet.freeze_panes, sheet.page_setup.orientation) == ("A2", "landscape")
    assert (method["Reference"], method["Checksum (SHA-256)"]) == ("CC-2016-NAMUR-1", namur.checksum)


def test_csv_has_a_line_a_number(namur):
    found = lines(namur)
    assert ["CC-2016-NAMUR-1", "Key figures", "Participants", "number", "Namur", "17", ""] in found
    assert [
        "CC-2016-NAMUR-1",
        "Families of trades",
        "Fashion and accessories",
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
    assert "3 cities were invited." in words
    assert "The reasons that they gave: Nobody to take care of it (1)." in words
    assert "3 sessions were held." in words
    assert "28 participants came to the sessions." in words
    assert "27 different shops took part." in words
    assert pdfs.complaints(pdf, tmp_path) == []


def test_balance_goes_campaign_by_campaign_and_grouping_by_grouping(cities):
    found = sheets(cities.released())
    assert found["Campaign by campaign"][1][:7] == ["2016 campaign", 3, 2, 1, 3, 28, 27]
    assert [row[0] for row in found["Grouping by grouping"][1:]] == [
        "Namur",
        "Arrondissement of Dinant",
        "Arrondissement of Namur",
    ]


def test_balance_of_a_campaign_without_anything_says_so(cities):
    campaign = cities.programme.campaigns.get(code="campaign-2017")
    at = datetime(2017, 2, 1, tzinfo=UTC)
    words = pdfs.text(city_report.render(cities.released(period=periods.of_campaign(campaign), at=at)))
    assert "No session has been held in this period yet." in words
