"""What is foreseen is what comes; nothing is written before; twice does no harm; all or nothing is that."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from businesses.models import Business, Call, Person
from outbox import tasks
from outbox.models import Job, Mail
from tests.trainings.importing.conftest import again, apply, fates, outcomes, row
from tests.trainings.importing.files import HEADS, LONG, NUMBER, YANN, ZOE, csv_of
from tests.trainings.sessions import make_person, make_session, make_training, register
from tests.workers import wait_until
from trainings import registering, telling
from trainings.importing import applying, bringing
from trainings.importing.foreseeing import foresee
from trainings.models import Import, Registration, Session, VoucherEntry

# Brought


def test_list_is_kept_and_nobody_is_registered(session, brought, dana):
    file = brought(session, ZOE, YANN)
    assert (file.columns, file.head_number) == (["name", "shop", "postal_code", "email"], 1)
    assert [*file.rows.values_list("number", "cells")] == [(1, HEADS), (2, ZOE), (3, YANN)]
    assert fates(file) == ["seat", "seat"]
    assert (Person.objects.count(), Business.objects.count(), Registration.objects.count(), Job.objects.count()) == (
        0,
        0,
        0,
        0,
    )


def test_same_bytes_are_one_list_of_the_session(session, brought):
    file = brought(session, ZOE)
    assert brought(session, ZOE) == file
    assert brought(make_session(), ZOE) != file
    with pytest.raises(IntegrityError):
        Import.objects.create(session=session, sha256=file.sha256)


def test_what_was_typed_is_erased_after_its_time_and_can_be_brought_again(session, brought):
    file = brought(session, ZOE, ["", "Sans nom", "", ""])
    apply(file)
    bringing.erase_old(at=timezone.now() + bringing.KEPT_FOR - timedelta(minutes=1))
    assert fates(file) == ["done", "bad"]
    bringing.erase_old(at=timezone.now() + bringing.KEPT_FOR)
    assert [*file.rows.values_list("number", "cells", "digest", "outcome")] == [(2, [], "", "registered")]
    assert fates(file) == ["done"]
    brought(session, ZOE, ["", "Sans nom", "", ""])
    assert fates(file) == ["done", "bad"]


# Foreseen, and so done


def test_good_rows_are_registered_from_a_file_and_confirmed_at_once(session, brought, dana):
    file = brought(session, ZOE, ["", "Sans nom", "5000", ""], YANN)
    assert fates(file) == ["seat", "bad", "seat"]
    assert apply(file, by=dana) == ["registered", "", "registered"]
    made = Registration.objects.select_related("person", "business").order_by("pk")
    assert [(one.person.name, one.business.name, one.channel, one.state) for one in made] == [
        ("Zoé Lambert", "Fleurs Zoé", "import", "registered"),
        ("Yann Noël", "Bœuf & Cie", "import", "registered"),
    ]
    assert all(one.confirmed_at for one in made)
    assert {event.by for event in session.seat_events.all()} == {dana}


def test_row_says_street_number_phone_language_and_helper(session, brought):
    session.programme.languages = ["fr", "nl"]
    session.programme.save()
    file = brought(
        session,
        row(street="Rue de Fer 12", number=NUMBER, email="zoe@fleurs.example", language="Néerlandais", helper="Bob"),
        row("Yann", helper="oui", phone="0470/12.34.56", language="klingon", shop=""),
        heads=LONG,
    )
    apply(file)
    zoe, yann = Registration.objects.select_related("person", "business").order_by("pk")
    assert (zoe.language, zoe.seats, zoe.helper_name, zoe.business.street) == ("nl", 2, "Bob", "Rue de Fer 12")
    assert (yann.language, yann.seats, yann.helper_name, yann.person.phone) == ("fr", 2, "", "0470123456")
    assert yann.business is None


def test_full_session_gives_places_in_the_line_in_the_order_of_the_rows(db, brought):
    session = make_session(capacity=3)
    register(session)
    people = [row(f"P{n}", "", email=f"p{n}@x.example", helper="x" if n == 1 else "") for n in range(5)]
    file = brought(session, *people, heads=LONG)
    foreseen = foresee(again(file))
    assert [(str(each.fate), each.place) for each in foreseen] == [
        ("seat", 0),
        ("wait", 1),
        ("seat", 0),
        ("wait", 2),
        ("wait", 3),
    ]
    assert apply(file) == ["registered", "waiting", "registered", "waiting", "waiting"]
    in_line = Registration.objects.waiting().filter(session=session)
    assert [one.person.name for one in in_line] == ["P1", "P3", "P4"]


def test_known_person_is_found_and_who_is_registered_stays_as_it_is(session, brought):
    known = make_person("Zoe LAMBERT", "zoe@fleurs.example")
    register(session, person=known)
    file = brought(session, ZOE, ["Zoé  Lambert", "Autre", "5000", "ZOE@fleurs.example"], YANN)
    assert fates(file) == ["already", "already", "seat"]
    assert apply(file) == ["already", "already", "registered"]
    assert (Registration.objects.count(), Person.objects.count(), Business.objects.count()) == (2, 2, 1)


def test_same_person_twice_in_a_list_is_registered_once(session, brought):
    nobody = ["Marie", "Boulangerie", "5000", ""]
    file = brought(session, ZOE, [*ZOE[:1], "Autre nom", "6000", ZOE[3]], nobody, [*nobody])
    assert fates(file) == ["seat", "already", "seat", "already"]
    assert apply(file) == ["registered", "already", "registered", "already"]
    assert (Registration.objects.count(), Person.objects.count()) == (2, 2)


@pytest.mark.parametrize("is_whole", [False, True])
def test_applying_twice_does_no_harm(session, brought, is_whole):
    file = brought(session, ZOE, YANN, ["Marie", "Boulangerie", "5000", ""])
    assert apply(file, is_whole=is_whole) == ["registered"] * 3
    assert apply(file, is_whole=is_whole) == ["registered"] * 3
    assert (Registration.objects.count(), Person.objects.count()) == (3, 3)


def test_list_that_has_grown_adds_only_what_is_new(session, brought):
    nobody = ["Marie", "Boulangerie", "5000", ""]
    first = brought(session, ZOE, nobody)
    apply(first)
    registering.cancel(registration=first.rows.get(number=2).registration, by=None)
    longer = brought(session, ZOE, nobody, YANN)
    assert fates(longer) == ["before", "before", "seat"]
    with translation.override("en"):
        assert "cancelled since" in foresee(again(longer))[0].reasons[0]
    assert apply(longer) == ["", "", "registered"]
    assert Registration.objects.live().count() == 2


def test_row_applied_since_it_was_looked_at_is_not_applied_again(session, brought, monkeypatch):
    file = brought(session, ZOE)
    seen_before = foresee(file)
    apply(file)
    registering.cancel(registration=file.rows.get(number=2).registration, by=None)
    monkeypatch.setattr(applying, "foresee", lambda file, at: seen_before)
    assert apply(file) == ["registered"]
    assert [one.state for one in Registration.objects.all()] == ["cancelled"]
    assert file.rows.get(number=2).refusal == ""


def test_who_came_by_the_page_while_a_list_was_applied_keeps_what_he_has(session, brought, monkeypatch):
    """Between looking who is here and the lock of the session."""
    who = applying._who

    def meanwhile(*named):
        person, business = who(*named)
        register(session, person=person, with_helper=True)
        return person, business

    monkeypatch.setattr(applying, "_who", meanwhile)
    assert apply(brought(session, ZOE), is_whole=True) == ["already"]
    assert (Registration.objects.get().seats, Session.objects.get().seats_taken) == (2, 2)


# All or nothing


@pytest.mark.parametrize("bad", [["", "Sans nom", "5000", ""], ["Zo", "", "", "no address"]])
def test_one_bad_row_and_nothing_is_applied(session, brought, bad):
    file = brought(session, ZOE, bad, YANN)
    assert apply(file, is_whole=True) == ["", "", ""]
    assert (Registration.objects.count(), Person.objects.count(), Mail.objects.count()) == (0, 0, 0)


def test_all_good_rows_are_applied_as_a_whole(session, brought):
    assert apply(brought(session, ZOE, YANN), is_whole=True) == ["registered", "registered"]


def test_whole_list_leaves_nothing_when_it_breaks_in_the_middle(session, brought, monkeypatch):
    file = brought(session, ZOE, YANN)
    record = applying._record
    monkeypatch.setattr(applying, "_record", lambda made, now: record(made, now) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply(file, is_whole=True)
    assert (Registration.objects.count(), Person.objects.count(), outcomes(file)) == (0, 0, ["", ""])


def test_good_rows_go_on_past_one_that_the_database_refuses(session, brought, monkeypatch):
    file = brought(session, ZOE, YANN)
    enter_all = registering.enter_all

    def broken(*, newcomers, **named):
        if newcomers[0].person.name[0] == "Z":
            raise IntegrityError
        return enter_all(newcomers=newcomers, **named)

    monkeypatch.setattr(registering, "enter_all", broken)
    assert apply(file) == ["", "registered"]
    assert (fates(file), Person.objects.count()) == (["bad", "done"], 1)


@pytest.mark.parametrize("is_whole", [False, True])
def test_session_that_does_not_take_place_takes_nobody(db, brought, is_whole):
    session = make_session(state="cancelled", cancelled_at=timezone.now())
    assert apply(brought(session, ZOE), is_whole=is_whole) == [""]
    assert Person.objects.count() == 0


@pytest.mark.parametrize("is_told", [False, True])
def test_whole_list_comes_to_the_same_as_its_rows_one_by_one(db, brought, is_told):
    """Ranks, who was passed over, vouchers and mails, however few statements write them."""

    def come_to(is_whole):
        session = make_training(capacity=6)
        register(session, with_helper=True)
        helpers = ["", "x", "x", "", "", "x"]
        rows = [row(f"P{n}", "", email=f"p{n}@x.example", helper=helper) for n, helper in enumerate(helpers)]
        apply(brought(session, *rows, heads=LONG), is_whole=is_whole, is_told=is_told)
        first, *made = session.registrations.order_by("pk")
        events = session.seat_events.exclude(registration=first).order_by("pk")
        vouchers = VoucherEntry.objects.filter(registration__in=made).order_by("registration")
        return (
            [(one.person.name, one.state, one.rank, one.seats) for one in made],
            [*events.values_list("kind", "registration__person__name", "seats_taken")],
            [*vouchers.values_list("registration__person__name", "kind", "position", "paid")],
            sorted(telling.mails_of(*made).values_list("to", "template")),
            Session.objects.values_list("seats_taken", "last_rank").get(pk=session.pk),
        )

    whole = come_to(True)
    assert whole == come_to(False)
    assert ("skipped", "P2", 5) in whole[1]


def test_lock_of_the_session_is_held_for_few_statements_however_long_the_list(db, brought):
    def count(size):
        file = brought(make_session(capacity=size), *[[f"P{n}", "", "", f"p{n}@x.example"] for n in range(size)])
        with CaptureQueriesContext(connection) as queries:
            apply(file, is_whole=True, is_told=False)
        statements = [query["sql"] for query in queries]
        locked = next(place for place, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql and "session" in sql)
        return len(statements) - locked

    assert count(3) == count(30)


# Telling


def test_who_has_an_address_is_told_as_when_staff_register_by_phone(session, brought):
    apply(brought(session, ZOE, ["Marie", "Boulangerie", "5000", ""]))
    assert [(mail.template, mail.to) for mail in Mail.objects.all()] == [
        ("trainings/emails/registered", "zoe@fleurs.example")
    ]
    assert Call.objects.count() == 0


def test_nobody_is_told_where_staff_say_so(session, brought):
    assert apply(brought(session, ZOE), is_told=False) == ["registered"]
    assert (Mail.objects.count(), Call.objects.count()) == (0, 0)


# Cost, and the worker


def test_queries_do_not_grow_with_the_list(session, brought):
    def count(file):
        with CaptureQueriesContext(connection) as queries:
            foresee(again(file))
        return len(queries)

    register(session, person=make_person("P0", "p0@x.example"))
    lists = [
        brought(session, *[[f"P{n}", f"Chez {n}", "5000", f"p{n}@x.example"] for n in range(size)])
        for size in (1, 3, 60)
    ]
    assert [count(file) for file in lists] == [8, 8, 8]


def test_worker_applies_once_however_often_it_is_asked(session, brought, dana):
    file = brought(session, ZOE)
    asked = {applying.ask(file=file, is_whole=False, is_told=True, by=dana).pk for _time in range(2)}
    assert len(asked) == 1
    tasks.run(asked.pop())
    job = applying.job_of(again(file))
    assert (job.state, job.steps_total, outcomes(file)) == ("done", 1, ["registered"])
    assert applying.ask(file=file, is_whole=False, is_told=True, by=dana) != job


@pytest.mark.django_db(transaction=True)
def test_progress_of_a_whole_list_is_seen_before_its_end(brought, monkeypatch):
    session = make_session(capacity=50)
    file = brought(session, *[[f"P{n}", f"Chez {n}", "5000", f"p{n}@x.example"] for n in range(25)])
    job = applying.ask(file=file, is_whole=True, is_told=False, by=None)
    seen = []
    who = applying._who

    def looking(*named):
        seen.append(applying.job_of(again(file)).steps_done)
        return who(*named)

    monkeypatch.setattr(applying, "_who", looking)
    tasks.run(job.pk)
    assert sorted({*seen}) == [0, 10, 20]  # of 25
    assert (Job.objects.get(pk=job.pk).state, Registration.objects.count()) == ("done", 25)


def test_worker_takes_up_a_list_where_another_was_killed(worker, dana):
    """The first attempt is gone after one row; what it did stays, the rest follows."""
    session = make_session(capacity=50)
    rows = [[f"P{n}", f"Chez {n}", "5000", f"p{n}@x.example"] for n in range(12)]
    file = bringing.bring(session=session, name="x.csv", content=csv_of(*rows), by=dana)
    applying.ask(file=file, is_whole=False, is_told=False, by=dana)
    wait_until(lambda: Registration.objects.count() > 0)
    worker.kill()
    done = Registration.objects.count()
    worker.start()
    Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    for job in Job.objects.exclude(state="done"):
        tasks.run(job.pk)
    assert done <= Registration.objects.count() == 12
    assert {*outcomes(file)} == {"registered"}
