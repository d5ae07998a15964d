"""Releases in the admin: looked up, checked against their checksum; what could not be made is told and tried again."""

import pytest
from django.db import connection

from accounts.models import User
from outbox.models import Job
from reports import making

LIST = "/admin/reports/release/"


@pytest.fixture
def released(cities):
    return cities.released("namur")


def spoil(released):
    """As somebody with the database in hand would: past the trigger that keeps a release as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE reports_release SET content = content || '{\"floor\": 1}' WHERE id = %s", [released.pk])
        cursor.execute("SET session_replication_role = DEFAULT")


def verify(staff, *releases):
    posted = {"action": "verify", "_selected_action": [each.pk for each in releases]}
    return [str(message) for message in staff.post(LIST, posted, follow=True).context["messages"]]


def test_release_is_found_by_its_reference_and_its_city(released, staff):
    for asked in ("CC-2016-NAMUR", "namur", released.checksum):
        assert released.reference in staff.get(LIST, {"q": asked}).text
    assert released.reference not in staff.get(LIST, {"q": "dinant"}).text


def test_page_of_a_release_says_whether_it_is_whole_and_leads_to_its_readers_page(released, staff):
    page = staff.get(f"{LIST}{released.pk}/change/").text
    assert ("icon-yes" in page, f"/releases/{released.reference}/" in page) == (True, True)
    assert staff.post(f"{LIST}{released.pk}/change/", {"reference": "x"}).status_code == 403
    spoil(released)
    assert "icon-no" in staff.get(f"{LIST}{released.pk}/change/").text


def test_release_that_somebody_changed_is_told(released, cities, staff):
    other = cities.released("dinant")
    assert verify(staff, released, other)[-1] == "2 releases are what they were."
    spoil(released)
    assert verify(staff, released, other)[-1].startswith(f"Not what was released any more: {released.reference}.")


def test_report_that_failed_is_told_and_tried_again_by_hand(released, cities, staff):
    job = making.ask_for(
        subject=cities.subject("namur"), form="pdf", by=User.objects.get(email="dana@programme.example")
    )
    assert "could not be made" not in staff.get(LIST).text
    Job.objects.filter(pk=job.pk).update(state="failed", error="No paper.", finished_at=job.requested_at, attempt=3)
    page = staff.get(LIST).text
    assert "1 report could not be made." in page
    listed = "/admin/outbox/job/?state__exact=failed&kind__in=report,quarterly-release"
    assert (listed.replace("&", "&amp;") in page, "No paper." in staff.get(listed).text) == (True, True)
    staff.post(listed, {"action": "try_again", "_selected_action": [job.pk]})
    job.refresh_from_db()
    assert (job.state, job.error) == ("requested", "")


@pytest.mark.parametrize("others", [0, 2])
def test_list_of_releases_asks_as_often_for_three_as_for_one(
    released, cities, staff, others, django_assert_num_queries
):
    for name in ("dinant", "wavre")[:others]:
        cities.released(name)
    with django_assert_num_queries(16):
        staff.get(LIST)
