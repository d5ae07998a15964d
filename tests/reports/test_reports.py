"""Who may have which report, and how one is asked for, watched and found again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outbox import leasing
from outbox.jobs import MAKERS, make
from outbox.models import Job
from programmes.models import Official
from reports import making, periods
from tests.conftest import user
from tests.trainings.sessions import make_session

HOME = reverse("reports:reports", args=["commerce-connecte"])


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def omar(cities):
    """Speaks for Namur."""
    person = user("omar@namur.example", "city-official", name="Omar Peeters")
    Official.objects.create(user=person, city=cities.cities["namur"])
    return person


@pytest.fixture
def odile(cities):
    """Speaks for Dinant."""
    person = user("odile@dinant.example", "city-official", name="Odile Maes")
    Official.objects.create(user=person, city=cities.cities["dinant"])
    return person


def asked(cities, person, form="pdf", city="namur"):
    return making.ask_for(subject=cities.subject(city), form=form, by=person)


def made(job):
    Job.objects.filter(pk=job.pk).update(not_before=None)
    taken = leasing.take(Job, job.pk)
    make(taken)
    job.refresh_from_db()
    return job


def page_of(name, *args):
    return reverse(f"reports:{name}", args=["commerce-connecte", *args])


def statuses(client, *pages):
    answers = [client.get(page) for page in pages]
    for answer in answers:
        b"".join(answer)  # a file is closed at its end
    return [answer.status_code for answer in answers]


def test_official_asks_for_the_own_city_and_gets_the_file(cities, omar, signed_in):
    client = signed_in(omar)
    answer = client.post(HOME, {"about": "city-92094", "period": "campaign-2016", "form": "xlsx"})
    job = Job.objects.get(kind=making.KIND)
    assert answer.url == page_of("report", job.pk)
    assert "Waiting for its turn" in client.get(answer.url).text
    made(job)
    file = client.get(page_of("report_file", job.pk))
    assert b"".join(file).startswith(b"PK")
    assert (file.status_code, job.file.name) == (200, "report-cc-2016-namur-1.xlsx")
    assert job.file.expires_at - job.file.created_at == timedelta(days=30)
    assert "report-cc-2016-namur-1.xlsx" in client.get(HOME).text


def test_asking_twice_is_one_job(cities, omar):
    assert asked(cities, omar) == asked(cities, omar)


@pytest.mark.parametrize("about", ["city-91034", "whole", "grouping-namur", ""])
def test_official_cannot_ask_about_others(cities, omar, signed_in, about):
    answer = signed_in(omar).post(HOME, {"about": about, "period": "campaign-2016", "form": "pdf"})
    assert (answer.status_code, Job.objects.filter(kind=making.KIND).count()) == (422, 0)


def test_official_of_another_city_gets_nothing(cities, omar, odile, signed_in):
    job, released = made(asked(cities, omar, "csv")), cities.released("namur", at=timezone.now())
    pages = [page_of("report", job.pk), page_of("report_file", job.pk), page_of("release", released.reference)]
    assert statuses(signed_in(omar), *pages) == [200, 200, 200]
    assert statuses(signed_in(odile), *pages) == [404, 404, 404]
    assert signed_in(odile).post(pages[2], {"form": "pdf"}).status_code == 404
    assert released.reference not in signed_in(odile).get(HOME).text


def test_rights_are_checked_again_at_download(cities, omar, signed_in):
    """Omar speaks for Dinant now, and for Namur no longer."""
    job = made(asked(cities, omar, "csv"))
    Official.objects.filter(user=omar).update(withdrawn_at=timezone.now())
    assert statuses(signed_in(omar), page_of("report_file", job.pk), HOME) == [404, 404]
    Official.objects.create(user=omar, city=cities.cities["dinant"])
    assert statuses(signed_in(omar), page_of("report_file", job.pk), HOME) == [404, 200]


def test_ministry_reads_all(cities, omar, ministry):
    released = cities.released("namur", at=timezone.now())
    whole = cities.released(at=timezone.now())
    pages = [HOME, page_of("release", released.reference), page_of("release", whole.reference)]
    assert statuses(ministry, *pages) == [200, 200, 200]
    assert statuses(ministry, page_of("report", asked(cities, omar).pk)) == [404]  # somebody else's


def test_staff_asks_about_a_day_that_is_past(cities, staff):
    answer = staff.post(HOME, {"about": "whole", "period": "campaign-2016", "form": "csv", "on": "2016-10-04"})
    assert answer.status_code == 302
    job = made(Job.objects.get(kind=making.KIND))
    assert job.file.name == "report-cc-2016-all-1.csv"


def test_day_to_come_is_refused_with_words(cities, staff):
    on = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = staff.post(HOME, {"about": "whole", "period": "campaign-2016", "form": "csv", "on": on})
    assert (answer.status_code, "That day is still to come." in answer.text) == (422, True)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_often_for_three_reports_as_for_one(cities, omar, signed_in, number, django_assert_num_queries):
    for form in ("csv", "xlsx", "pdf")[:number]:
        made(asked(cities, omar, form))
    for day in (1, 2, 3)[:number]:
        cities.released("namur", on=date(2016, 9, day), at=timezone.now())
    client = signed_in(omar)
    client.get(HOME)
    with django_assert_num_queries(23):
        page = client.get(HOME).text
    assert (page.count("/file/"), page.count(">Read<")) == (number, 1 + number)


def test_list_says_in_words_what_was_asked_for(cities, omar, signed_in):
    asked(cities, omar, "csv")
    assert "<b>Namur</b>, 2016 campaign (CSV)" in signed_in(omar).get(HOME).text


def test_strangers_and_visitors_have_no_reports(cities, alice, client, signed_in):
    assert client.get(HOME).status_code == 302
    assert signed_in(alice).get(HOME).status_code == 403


def test_failure_is_visible_and_tried_again_by_hand(cities, omar, signed_in, monkeypatch):
    def fails(job):
        raise OSError

    job = asked(cities, omar, "csv")
    monkeypatch.setitem(MAKERS, making.KIND, fails)
    for _attempt in range(3):
        made(job)
    client = signed_in(omar)
    assert "The report could not be made." in client.get(page_of("report", job.pk)).text
    monkeypatch.undo()
    again = client.post(HOME, {"about": "city-92094", "period": "campaign-2016", "form": "csv", "on": ""})
    new = Job.objects.current(kind=making.KIND, key=job.key).get()
    assert (again.url, made(new).has_file) == (page_of("report", new.pk), True)


def test_release_is_a_page_with_charts(cities, omar, signed_in):
    released = cities.released("namur", at=timezone.now())
    page = signed_in(omar).get(page_of("release", released.reference)).text
    assert page.count("<svg") >= 2
    assert "Topics most recommended" in page


def test_page_of_a_release_of_nothing_says_so(cities, ministry):
    period = periods.of_campaign(cities.programme.campaigns.get(code="campaign-2017"))
    nothing = cities.released(period=period, at=datetime(2017, 2, 1, tzinfo=UTC))
    page = ministry.get(page_of("release", nothing.reference)).content.decode()
    assert "No session has been held in this period." in page
    assert "Without a value so far: Shops reached, of those that exist;" in page
    figures, method = page.split("Without a value so far")
    assert ("Vouchers: full price" in figures, "<b>Vouchers: full price.</b>" in method) == (False, True)


def test_page_of_a_release_says_in_words_what_the_document_says(cities, ministry):
    whole, city = cities.released(), cities.released("namur")
    page = ministry.get(page_of("release", whole.reference)).content.decode()
    assert "On average, 9 participants came to a session." in page
    page = ministry.get(page_of("release", city.reference)).content.decode()
    assert "17 participants of Namur, from 16 shops, came to a session, there or elsewhere." in page
    assert city.checksum[:8] in page


def test_release_page_gives_the_same_release_as_a_file(cities, omar, signed_in):
    released = cities.released("namur", on=cities.period.until, at=timezone.now())
    signed_in(omar).post(page_of("release", released.reference), {"form": "csv"})
    job = made(Job.objects.get(kind=making.KIND))
    assert job.file.name == f"report-{released.reference.lower()}.csv"


def test_space_shows_the_coming_sessions_of_the_own_city_to_share(cities, omar, signed_in):
    soon = timezone.now() + timedelta(days=9)
    own = make_session(cities.programme, cities=[cities.cities["namur"]], starts=[soon])
    other = make_session(cities.programme, cities=[cities.cities["dinant"]], starts=[soon])
    page = signed_in(omar).get(HOME).text
    assert f"/s/{str(own.uid)[:8]}/" in page
    assert f"/s/{str(other.uid)[:8]}/" not in page
    assert 'class="qr"' in page


def test_own_space_leads_officials_and_the_ministry_to_the_reports(cities, omar, alice, ministry, signed_in):
    found = [
        HOME in client.get(reverse("portal:my_space")).text for client in (signed_in(omar), ministry, signed_in(alice))
    ]
    assert found == [True, True, False]
