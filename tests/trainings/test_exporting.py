"""Registrations as a file: which columns in which order, made by the worker, for who asked and still may."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from outbox import files, leasing, tasks
from outbox.models import Job
from programmes import mobilising
from tests.trainings.sessions import IN_TEN_DAYS, make_person, make_session, make_shop, register
from tests.workers import wait_until
from trainings import attending, exporting
from trainings.models import Registration

HEADS = [
    *("registration", "session", "title", "kind", "starts", "host city", "person", "e-mail", "phone", "shop"),
    *("enterprise number", "postal code", "trade", "state", "seats", "helper", "language", "came", "asked at"),
    *("dates present", "through", "its code"),
]
ASKED = datetime(2036, 11, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def alice(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return User.objects.create_user("alice@example.org", name="Alice")


def made(by, form="csv", language="en", chosen=None):
    """The file as the worker leaves it, and its bytes."""
    chosen = Registration.objects.all() if chosen is None else chosen
    with translation.override(language):
        job = exporting.ask_for(registrations=chosen, form=form, key=uuid4(), by=by)
    tasks.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    with files.open_checked(job.file) as stream:
        return job.file, stream.read()


def rows_of(content, delimiter=","):
    return [*csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=delimiter)]


@pytest.fixture
def evening(db):
    """Zoé and her helper, whose evening it was."""
    session = make_session(titles={"fr": "Être trouvé"})
    shop = make_shop(session)
    shop.enterprise_number, shop.postal_code = "0403019261", "5000"
    shop.save()
    zoe = make_person("Zoé Lambert", "zoe@fleurs.example", phone="081223344")
    seat = register(session, person=zoe, business=shop, with_helper=True, helper_name="Bob", at=ASKED)
    for is_helper in (False, True):
        date = session.dates.get()
        attending.mark(registration=seat, date=date, is_present=True, is_helper=is_helper, key=uuid4(), at=IN_TEN_DAYS)
    return seat


def test_columns_stand_in_their_order(evening, alice):
    city, campaign = evening.session.host, evening.session.campaign
    via = mobilising.mobilise(city=city, campaign=campaign, kind="letter", on=ASKED.date(), by=alice)
    Registration.objects.update(via=via)
    _file, content = made(alice)
    uid, session = str(evening.uid), evening.session
    assert rows_of(content) == [
        HEADS,
        [
            *(uid, str(session.uid), "Être trouvé", "awareness", "2036-11-13 19:00", session.host.code),
            *("Zoé Lambert", "zoe@fleurs.example", "081223344"),
            *(
                "Fleurs Dupont",
                "0403019261",
                "5000",
                "",
                "registered",
                "2",
                "Bob",
                "fr",
                "page",
                "2036-11-01 10:30",
                "1",
            ),
            *("letter", via.code),
        ],
    ]


def test_only_the_heads_are_in_the_language_of_who_asks(evening, alice):
    english, french = (rows_of(made(alice, language=code)[1], sign) for code, sign in (("en", ","), ("fr", ";")))
    assert english[0] != french[0]
    assert english[1:] == french[1:]


def test_workbook_holds_real_numbers_and_dates_and_no_formula(evening, alice):
    evening.person.name = '=HYPERLINK("http://x.example")'
    evening.person.save()
    file, content = made(alice, "xlsx")
    head, row = load_workbook(BytesIO(content)).active.iter_rows()
    assert ([cell.value for cell in head], file.name[-5:]) == (HEADS, ".xlsx")
    assert [row[place].data_type for place in (4, 6, 8, 14, 18, 19)] == ["d", "s", "s", "n", "d", "n"]
    assert (row[6].value, row[14].value) == ('=HYPERLINK("http://x.example")', 2)


@pytest.mark.parametrize("name", ["=1+1", "\u202e=1+1", "@SUM(A1)", "\t=1"])
def test_formulas_stay_text_in_csv(evening, alice, name):
    Registration.objects.update(helper_name=name)
    (_head, row), written = rows_of(made(alice)[1]), name.lstrip("\u202e")
    assert row[15].startswith("'") and row[15].endswith(written)


def test_file_of_one_session_is_named_by_it(evening, alice):
    assert made(alice)[0].name.startswith("registrations-etre-trouve-20")
    register(make_session(evening.session.programme))
    assert made(alice)[0].name.startswith("registrations-20")


def test_rows_go_by_session_and_then_as_people_asked(evening, alice):
    sooner = make_session(evening.session.programme, starts=(IN_TEN_DAYS - timedelta(days=1),))
    second, first = (register(sooner, at=ASKED + timedelta(hours=hours)) for hours in (2, 1))
    _head, *rows = rows_of(made(alice)[1])
    assert [row[0] for row in rows] == [str(seat.uid) for seat in (first, second, evening)]


def test_who_is_gone_meanwhile_is_left_out(evening, alice):
    job = exporting.ask_for(registrations=Registration.objects.all(), form="csv", key=uuid4(), by=alice)
    other = register(make_session(evening.session.programme))
    job.args["registrations"].append(other.pk + 1)
    job.save()
    made_of = exporting.make(leasing.take(Job, job.pk))
    assert len(rows_of(made_of.content, ";")) == 2


def test_thousands_are_made_in_steps(evening, alice, monkeypatch):
    """Each step is reported, which keeps the lease; the number of statements goes with the steps, not with the rows."""
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 2)
    for _number in range(4):
        register(evening.session)
    steps = []
    monkeypatch.setattr(exporting, "report_step", lambda job, done, total, label: steps.append((done, total)))
    assert len(rows_of(made(alice)[1])) == 6
    assert steps == [(0, 5), (2, 5), (4, 5)]


@pytest.mark.parametrize("count", [1, 3])
def test_rows_of_a_step_cost_the_same_for_one_and_for_three(evening, count, django_assert_num_queries):
    for _number in range(count - 1):
        register(make_session(evening.session.programme), business=evening.business)
    ids = [*Registration.objects.values_list("pk", flat=True)]
    with django_assert_num_queries(4):
        assert len([*exporting.Lines().of(ids)]) == count


def test_worker_makes_it(worker):
    register(make_session())
    by = User.objects.create_user("dana@programme.example")
    job = exporting.ask_for(registrations=Registration.objects.all(), form="xlsx", key=uuid4(), by=by)
    wait_until(lambda: Job.objects.get(pk=job.pk).has_file)
    with files.open_checked(Job.objects.get(pk=job.pk).file) as stream:
        assert load_workbook(stream).active.max_row == 2
