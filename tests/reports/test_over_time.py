"""Sessions and participants of a release, month by month: the same numbers in every form, and drawn on its page."""

from datetime import UTC, datetime, timedelta

import pytest

from reports import city_report, spreadsheets
from reports.models import Release, checksum_of
from reports.reading import Reading
from tests import pdfs
from tests.remembered import remembered
from tests.reports.test_documents import lines, sheets

OF_NAMUR = [
    ["May 2016", 1, 10, 1, 10],
    ["June 2016", 1, 7, 1, 13],
    ["July 2016", 0, 0, 0, 0],
    ["August 2016", 0, 0, 0, 0],
    ["September 2016", 0, 0, 1, 5],
]


@pytest.fixture
def namur(cities):
    return remembered("report of Namur", lambda: cities.released("namur"))


def test_months_are_the_same_in_every_form(namur):
    head, *rows = sheets(namur)["Over time"]
    assert head == [
        "Period",
        "Sessions held, Namur",
        "Participants, Namur",
        "Sessions held, of all",
        "Participants, of all",
    ]
    assert rows == OF_NAMUR
    told = [line[5] for line in lines(namur) if line[1] == "Over time"]
    assert told == [str(number) for _month, *numbers in OF_NAMUR for number in numbers]
    words = pdfs.text(city_report.render(namur))
    assert " ".join(" ".join(map(str, row)) for row in OF_NAMUR) in words


def test_months_of_the_whole_add_up_to_its_figures(cities):
    balance = Reading(cities.released())
    counted = zip(*(row.cells for row in balance.tables["months"].rows), strict=True)
    sums = [sum(cell.exact for cell in column) for column in counted]
    assert sums == [balance.number("sessions-held"), balance.number("participants")]


def test_page_of_a_release_draws_its_own_months(cities, namur, ministry):
    page = ministry.get(f"/reports/commerce-connecte/releases/{namur.reference}/").text
    assert page.count("chart-trend") == 2
    assert "From May 2016 (10) to September 2016 (0); the highest is May 2016, with 10." in page


def test_city_of_which_nothing_was_held_draws_nothing(cities):
    found = Reading(cities.released("wavre")).tables["months"]
    assert (found.over_time, [head.is_whole for head in found.heads]) == ([], [True, True])


def test_one_month_alone_tells_no_more_than_the_figures(cities):
    assert "months" not in Reading(cities.released(at=datetime(2016, 5, 20, tzinfo=UTC))).tables


def test_many_months_are_told_by_quarter(cities):
    campaign, earlier = cities.campaign, cities.sessions["first"]
    campaign.starts_on -= timedelta(days=800)
    campaign.save(update_fields=["starts_on"])
    earlier.dates.update(
        starts_at=earlier.starts_at - timedelta(days=790), ends_at=earlier.ends_at - timedelta(days=790)
    )
    earlier.settle_dates()
    rows = Reading(cities.released()).tables["months"].rows
    assert [rows[0].label, rows[-1].label, len(rows)] == ["quarter 1 of 2014", "quarter 3 of 2016", 11]


def test_release_from_before_there_were_months_is_read_as_it_is(namur):
    content = {
        **namur.content,
        "tables": {code: each for code, each in namur.content["tables"].items() if code != "months"},
    }
    older = Release(content=content, checksum=checksum_of(content), reference="OLD", programme=namur.programme)
    older.city, older.made_at = namur.city, namur.made_at
    assert "months" not in Reading(older).tables
    assert "Over time" not in sheets(older)
    assert spreadsheets.csv(older)
