"""Reports made by a real worker, in each form; and one release, however many ask for it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection, transaction
from openpyxl import load_workbook

from accounts.models import User
from outbox.models import Job
from programmes import entrusting
from programmes.models import Programme
from reports import gathering, making, quarterly
from reports.models import Release
from tests import pdfs
from tests.reports.cities import OCTOBER
from tests.waiting import waiting_for_a_lock
from tests.workers import wait_until
from trainings import attending

PATIENCE = 60


@pytest.fixture
def omar(cities) -> User:
    return entrusting.entrust(email="omar@namur.example", city=cities.cities["namur"], by=None, language="fr").user


def finished(job):
    """The job as the worker leaves it, and the bytes of its file."""
    wait_until(
        lambda: Job.objects.filter(pk=job.pk).exclude(state__in=["requested", "running"]).exists(), seconds=PATIENCE
    )
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    return job


def content_of(job, worker):
    return (worker.files / finished(job).file.path).read_bytes()


def test_worker_makes_every_form_out_of_one_release(worker, cities, omar, tmp_path):
    jobs = {form: making.ask_for(subject=cities.subject("namur"), form=form, by=omar) for form in making.WRITERS}
    made = {form: content_of(job, worker) for form, job in jobs.items()}
    released = Release.objects.get()
    assert pdfs.complaints(made["pdf"], tmp_path) == []
    sheets = load_workbook(BytesIO(made["xlsx"])).worksheets
    texts = {
        "pdf": pdfs.text(made["pdf"]),
        "xlsx": " ".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row),
        "csv": made["csv"].decode("utf-8-sig"),
    }
    assert {form: released.reference in text for form, text in texts.items()} == dict.fromkeys(texts, True)


def test_worker_makes_the_quarter_and_tells_the_official(worker, smtp, cities, omar):
    wait_until(lambda: any("omar@" in str(to) for to in smtp.recipients), seconds=PATIENCE)  # that he speaks for Namur
    quarterly.ask_for_all(datetime(2016, 8, 1, 6, tzinfo=UTC))
    finished(Job.objects.get(kind=quarterly.KIND))
    assert Release.objects.get().reference == "CC-2016Q2-NAMUR-1"
    mail = wait_until(
        lambda: next((one for one in smtp.messages if "Namur" in str(one["subject"])), None), seconds=PATIENCE
    )
    assert "/releases/CC-2016Q2-NAMUR-1/" in mail.get_body(("plain",)).get_content()


def test_two_who_ask_at_once_get_one_release(transactional_db, cities):
    """Whoever has counted waits while another freezes, and then finds what is frozen."""
    cities.released("dinant")  # what is protected once for all cities is there already

    def ask():
        try:
            return cities.released("namur").reference
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Programme.objects.select_for_update(no_key=True).get(pk=cities.programme.pk)
            other = pool.submit(ask)
            wait_until(lambda: other.done() or waiting_for_a_lock(), seconds=PATIENCE)
            assert not other.done()
            first = cities.released("namur").reference
        assert other.result(PATIENCE) == first
    assert Release.objects.filter(city=cities.cities["namur"]).count() == 1


def everybody_had_a_helper(session):
    """Said by somebody else, over a connection of their own."""
    try:
        for seat in session.registrations.all():
            date_ = session.dates.get()
            attending.mark(
                registration=seat, date=date_, is_helper=True, is_present=True, key=uuid4(), at=date_.ends_at
            )
    finally:
        connection.close()


def test_release_is_counted_at_one_moment(transactional_db, cities, monkeypatch):
    """Attendance that is entered between its figures and its tables is in none of them."""
    tables = gathering.tables

    def meanwhile(*asked):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(everybody_had_a_helper, cities.sessions["first"]).result(PATIENCE)
        return tables(*asked)

    monkeypatch.setattr(gathering, "tables", meanwhile)
    content = cities.released("namur").content
    figures = {one["code"]: one["own"]["value"] for one in content["figures"]}
    assert figures["participants"] == "17"
    assert [row["cells"][2:] for row in content["tables"]["sessions"]["rows"]] == [["10", "10"], ["13", "7"]]
    later = cities.released("namur", at=OCTOBER + timedelta(days=1)).content
    assert [row["cells"][2] for row in later["tables"]["sessions"]["rows"]] == ["18", "13"]
