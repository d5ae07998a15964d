"""The page on which staff ask for a file of registrations, watch it being made, and find it again."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from outbox import files, tasks
from outbox.models import File, Job
from tests.trainings.sessions import make_person, make_session, make_shop, register
from tests.trainings.test_exporting import rows_of
from trainings import exporting, registering

EXPORT = "/admin/trainings/registration/export/"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def evening(db):
    session = make_session(titles={"fr": "Être trouvé"})
    return register(session, person=make_person("Zoé Lambert"), business=make_shop(session))


def ask(browser, form="xlsx", query="", key=None):
    return browser.post(f"{EXPORT}{query}", {"form": form, "key": str(key or uuid4())})


def download(browser, form="xlsx", query=""):
    """Asks, lets the worker work, and takes the file from the page."""
    ask(browser, form, query)
    job = Job.objects.filter(kind=exporting.KIND).latest("pk")
    tasks.run(job.pk)
    return browser.get(f"{EXPORT}{job.pk}/")


def test_file_holds_what_the_list_shows(evening, staff):
    other = register(make_session(evening.session.programme), person=make_person("Yann"))
    registering.cancel(registration=other)
    for query, people in (
        ("", {"Zoé Lambert", "Yann"}),
        ("?q=zoe", {"Zoé Lambert"}),
        ("?state__exact=cancelled", {"Yann"}),
        (f"?session__id__exact={evening.session_id}", {"Zoé Lambert"}),
    ):
        _head, *rows = rows_of(download(staff, "csv", query).getvalue())
        assert ({row[6] for row in rows}, staff.get(f"{EXPORT}{query}").context["count"]) == (people, len(people))


def test_list_and_session_lead_to_it(evening, staff):
    assert f"{EXPORT}?q=zoe" in staff.get("/admin/trainings/registration/?q=zoe").content.decode()
    page = staff.get(f"/admin/trainings/session/{evening.session_id}/change/")
    assert f"{EXPORT}?session__id__exact={evening.session_id}" in [url for url, _words in page.context["tools"]]


def test_page_looks_again_until_it_is_made_and_shows_it_for_some_days(evening, staff):
    assert "Refresh" not in staff.get(EXPORT)
    assert ask(staff, query="?q=zoe").url == f"{EXPORT}?q=zoe"
    waiting = staff.get(EXPORT)
    (job,) = waiting.context["made"]
    assert (waiting["Refresh"], "<progress" in waiting.content.decode()) == ("2", True)
    tasks.run(job.pk)
    ready = staff.get(EXPORT)
    assert ("Refresh" in ready, f'href="{EXPORT}{job.pk}/"' in ready.content.decode()) == (False, True)
    Job.objects.update(requested_at=job.requested_at - exporting.KEPT)
    assert staff.get(EXPORT).context["made"] == []


def test_double_click_makes_one_file(evening, staff):
    key = uuid4()
    for _click in range(2):
        ask(staff, key=key)
    assert Job.objects.filter(kind=exporting.KIND).count() == 1


def test_what_is_no_form_and_no_filter_is_led_back(evening, staff):
    assert staff.post(EXPORT, {"form": "exe", "key": "1"}).status_code == 200
    assert staff.get(f"{EXPORT}?state__nonsense=1").url.startswith("/admin/trainings/registration/")
    assert not Job.objects.filter(kind=exporting.KIND).exists()


def test_file_is_for_who_asked(evening, staff, adviser):
    download(staff).getvalue()
    address = f"{EXPORT}{Job.objects.get(kind=exporting.KIND).pk}/"
    assert staff.get(address).getvalue().startswith(b"PK")
    assert adviser.get(address).status_code == 404


def test_who_may_no_longer_see_registrations_gets_no_file(evening, staff):
    download(staff).getvalue()
    address = f"{EXPORT}{Job.objects.get(kind=exporting.KIND).pk}/"
    User.objects.get(email="dana@programme.example").groups.set([])
    assert [staff.get(path).status_code for path in (address, EXPORT)] == [403, 403]


def test_without_the_second_factor_there_is_no_file(evening, staff, monkeypatch):
    download(staff).getvalue()
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: False)
    answer = staff.get(f"{EXPORT}{Job.objects.get(kind=exporting.KIND).pk}/")
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/admin/login/")


def test_file_that_expired_or_was_changed_is_asked_for_again(evening, staff):
    download(staff).getvalue()
    job, file = Job.objects.get(kind=exporting.KIND), File.objects.get()
    assert timedelta(days=2) < file.expires_at - job.requested_at < timedelta(days=4)
    files.disk_path(file.path).write_bytes(b"changed")
    assert staff.get(f"{EXPORT}{job.pk}/").url == EXPORT


@pytest.mark.parametrize("name", ['"; filename=x', "a\r\nSet-Cookie: x=1", "a;b,c\nd", "محل \u202e الزهور", "é" * 300])
def test_any_name_and_title_is_one_cell_and_no_header(evening, staff, name):
    evening.person.name = name[:150]
    evening.person.save()
    evening.session.titles = {"fr": name}
    evening.session.save()
    answer = download(staff, "csv")
    _head, row = rows_of(answer.getvalue())
    assert (len(row), row[6], row[2]) == (len(exporting.COLUMNS), name[:150], name)
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.csv"', answer["Content-Disposition"])
    assert "Set-Cookie" not in answer.headers
