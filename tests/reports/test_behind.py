"""The rows behind a figure: every one of them in its order, and no more of each than is shown."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import behind
from reports.behind import read, row_of
from trainings.models import Registration

ROWS = "/reports/commerce/figures/participants/rows.csv?as_of=2016-12-31"
OF_SCORES = "/reports/commerce-connecte/figures/score-mean/"


def test_file_has_each_row_once_and_in_order_wherever_it_was_cut(year, staff, monkeypatch):
    whole = b"".join(staff.get(ROWS).streaming_content)
    monkeypatch.setattr(behind, "AT_ONCE", 3)
    assert b"".join(staff.get(ROWS).streaming_content) == whole
    assert len(whole.splitlines()) == 8


def test_rows_stand_in_the_order_asked_for_and_one_that_went_meanwhile_is_left_out(year):
    first, second = Registration.objects.order_by("pk")[:2]
    assert read(Registration, [second.pk, 0, first.pk]) == [second, first]


def test_what_was_answered_is_not_read_to_name_a_diagnostic(completed, staff):
    for address in (f"{OF_SCORES}?by=rows", f"{OF_SCORES}rows.csv"):
        with CaptureQueriesContext(connection) as asked:
            page = staff.get(address)
            found = b"".join(page.streaming_content) if page.streaming else page.content
        assert str(completed.sub_sector).encode() in found
        assert [one["sql"] for one in asked if '_diagnostic"."answers"' in one["sql"]] == []
    assert row_of(completed).city == "Namur"
