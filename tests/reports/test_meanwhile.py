"""Then, now, and what came between."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from businesses import merging
from businesses.models import Person
from figures.definition import Filters
from programmes.models import Official
from reports import periods, registry
from reports.meanwhile import since_day, since_release
from reports.releasing import release
from reports.subjects import Subject
from tests.conftest import user
from tests.programmes.makers import make_business, make_programme
from tests.reports.world import NEW_YEAR
from trainings import attending
from trainings.models import AttendanceMark, Registration, Session

MERGED_AT = timezone.now() - timedelta(days=1)
PARTICIPANTS = "/reports/commerce/figures/participants/"


@pytest.fixture
def known(year):
    """All was recorded ten days ago."""
    for model in (Session, Registration, AttendanceMark):
        model.objects.update(recorded_at=timezone.now() - timedelta(days=10))
    return year


@pytest.fixture
def late(known):
    """But the paper of Chloé, five days ago."""
    marks = AttendanceMark.objects.filter(registration__person=known.people["Chloé"])
    marks.update(recorded_at=timezone.now() - timedelta(days=5))
    return known


def asked(year, code, days=7):
    day = timezone.localdate() - timedelta(days=days)
    return since_day(registry.definition_of(code), Filters(year.programme.pk, as_of=NEW_YEAR), day)


def released(year, city=None, days=7, period=None):
    subject = Subject(year.programme, period or periods.of_campaign(year.first), city=city and year.cities[city])
    return release(subject=subject, at=timezone.now() - timedelta(days=days))


def numbers(found):
    return found.said.words, found.then_words, found.now_words


def test_late_paper_is_what_came_between(late):
    found = asked(late, "participants")
    assert (found.then.value, found.now.value, found.late.number) == (7, 8, 1)
    assert [row.person for row in found.late.named] == [late.people["Chloé"]]


def test_rows_that_came_between_have_their_names_with_them(late, django_assert_num_queries):
    found = asked(late, "participants")
    with django_assert_num_queries(0):
        assert all(str(row) for row in found.late.named)


def test_nothing_came_after_the_paper(late):
    found = asked(late, "participants", days=2)
    assert (found.has_changed, found.late.named, found.merged.named) == (False, [], [])


def test_what_was_taken_back_is_named(late):
    mark = AttendanceMark.objects.get(registration__person=late.people["Emma"])
    attending.unmark(key=mark.key, at=timezone.now() - timedelta(days=3))
    found = asked(late, "participants")
    assert (found.then.value, found.now.value, found.has_changed) == (7, 7, True)
    names = [[row.person.name for row in some.named] for some in (found.late, found.gone)]
    assert names == [["Chloé"], ["Emma"]]


# Since a report


def test_report_keeps_the_shops_that_are_one_by_now(known):
    report = released(known)
    merging.merge(kept=known.shops.flowers, gone=known.shops.cakes, by=None, at=MERGED_AT)
    found = since_release(registry.definition_of("shops"), report)
    assert numbers(found) == ("3", "2", "2")
    assert (found.is_corrected, found.has_changed) == (True, True)
    assert [merge.business for merge in found.merged.named] == [known.shops.flowers]


def test_merged_people_are_named_with_the_figure_that_counts_people(known):
    report = released(known)
    merging.merge(kept=known.people["Chloé"], gone=known.people["Emma"], by=None, at=MERGED_AT)
    found = {code: since_release(registry.definition_of(code), report) for code in ("people", "shops", "participants")}
    assert numbers(found["people"]) == ("4", "3", "3")
    assert {code: each.merged.number for code, each in found.items()} == {"people": 1, "shops": 0, "participants": 0}


def test_duplicates_that_count_nowhere_are_not_named(known):
    report, other = released(known), make_programme("other")
    merging.merge(kept=make_business(other), gone=make_business(other), by=None, at=MERGED_AT)
    merging.merge(kept=make_business(known.programme), gone=make_business(known.programme), by=None, at=MERGED_AT)
    merging.merge(kept=Person.objects.create(name="A"), gone=Person.objects.create(name="B"), by=None, at=MERGED_AT)
    found = [since_release(registry.definition_of(code), report) for code in ("shops", "people")]
    assert [(each.merged.number, each.has_changed) for each in found] == [(0, False)] * 2


def test_report_is_counted_again_for_its_own_city_and_period(known):
    report = released(known, "namur", period=periods.of_quarter(2016, 2))
    AttendanceMark.objects.filter(registration__person=known.people["Chloé"]).update(recorded_at=timezone.now())
    assert numbers(since_release(registry.definition_of("participants"), report)) == ("3", "2", "3")


def test_moment_of_a_report_is_when_it_was_made(known):
    """It was made seven days ago, as of the end of 2016."""
    subject = Subject(known.programme, periods.of_campaign(known.first))
    report = release(subject=subject, on=date(2016, 12, 31), at=timezone.now() - timedelta(days=7))
    known.shops.flowers.registrations.update(recorded_at=timezone.now())
    found = since_release(registry.definition_of("turnout"), report)
    assert (found.moment, found.late.number) == (report.made_at, 4)


# Looking back on the page


@pytest.fixture
def reports(known):
    """References by city, of the campaign."""
    return {city: released(known, city).reference for city in (None, "namur")}


def offered(page):
    return [code for code, _words in page.context["back"].fields["release"].widget.choices if code]


def test_page_offers_the_reports_that_hold_the_figure_under_its_filters(reports, staff):
    found = {
        asked: offered(staff.get(f"/reports/commerce/figures/{asked}"))
        for asked in (
            "participants/",
            "participants/?city=92094",
            "participants/?campaign=campaign-2016",
            "participants/?campaign=campaign-2017",
            "participants/?kind=training",
            "participants/?sub_sector=florist",
            "cities-invited/?city=92094",
            "heads-counted/",
        )
    }
    assert [*found.values()] == [[reports[None]], [reports["namur"]], [reports[None]], [], [], [], [], []]


def test_link_from_a_report_leads_to_what_came_since(reports, staff):
    page = staff.get(f"{PARTICIPANTS}?release={reports['namur']}")
    assert page.context["meanwhile"].release.reference == reports["namur"]
    assert f"As report {reports['namur']} said it" in page.text
    assert "Nothing that counts was entered or taken back since." in page.text


def test_ministry_sees_numbers_and_no_rows(reports, late, ministry, staff):
    address = f"{PARTICIPANTS}?release={reports[None]}"
    texts = [client.get(address).text for client in (ministry, staff)]
    assert ["1 row that counts was entered later." in text for text in texts] == [True, True]
    assert ["Chloé" in text for text in texts] == [False, True]
    assert "report" not in ministry.get(address).context["back"].fields


@pytest.mark.parametrize("code", ["waiting", "score-mean", "usefulness"])
def test_ministry_looks_back_at_nothing_that_is_protected(reports, ministry, code):
    assert "back" not in ministry.get(f"/reports/commerce/figures/{code}/?release={reports[None]}").context


def test_report_of_another_programme_is_not_there(reports, staff):
    make_programme("other")
    page = staff.get(f"/reports/other/figures/participants/?release={reports[None]}")
    assert (page.status_code, page.context["meanwhile"]) == (422, None)


UNDATED = {
    "response-rate": "Answers are anonymous and carry no time",
    "usefulness": "Answers are anonymous and carry no time",
    "modules": "Only how modules stand today is kept",
}


@pytest.mark.parametrize("code", UNDATED)
def test_what_carries_no_time_is_not_looked_back_at(reports, staff, code):
    page = staff.get(f"/reports/commerce/figures/{code}/?report=2016-10-01&as_of=2016-10-01&release={reports[None]}")
    assert page.status_code == 200
    assert ("as_of" in page.context["form"].fields, "back" in page.context) == (False, False)
    assert UNDATED[code] in page.text


def test_report_leads_to_what_came_since_for_who_reads_figures(cities, staff, ministry, signed_in):
    official = user("ann@cities.example", Role.CITY_OFFICIAL)
    Official.objects.create(user=official, city=cities.cities["namur"])
    reference = cities.released("namur").reference
    address = f"/reports/commerce-connecte/releases/{reference}/"
    link = f"/reports/commerce-connecte/figures/participants/?release={reference}#report"
    assert [link in one.get(address).text for one in (staff, ministry, signed_in(official))] == [True, True, False]
    assert staff.get(link).context["meanwhile"].said.words == "17"
