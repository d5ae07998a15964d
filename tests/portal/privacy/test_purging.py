"""What the clock forgets: each rule takes what is over and nothing else, says so beforehand, and takes nothing twice."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone

import accounts.forgetting as logins
import businesses.forgetting as persons
import diagnostics.forgetting as results
import outbox.forgetting as outbox
import programmes.forgetting as contacts
import surveys.forgetting as slips
import trainings.forgetting as seats
from accounts.models import User
from businesses.models import Business, Call, Membership, Merge, Person
from diagnostics import reporting
from diagnostics.models import Diagnostic, Share
from diagnostics.sharing import share
from outbox import files, purging
from outbox.models import File, Job, Mail
from portal import tasks
from portal.privacy import purging as nightly
from portal.privacy import sleeping
from portal.retention import retention
from programmes.models import Engagement, LetterTemplate
from surveys.models import Slip
from tests.programmes.makers import make_campaign, make_city, make_programme, make_topic
from tests.trainings.sessions import make_person, make_session
from trainings import attending, certifying, registering
from trainings.models import Certificate, Import, Interest, Registration

pytestmark = pytest.mark.django_db
NOW = datetime(2036, 6, 1, 12, tzinfo=UTC)


def years_ago(years, days=0):
    return NOW.replace(year=NOW.year - years) + timedelta(days=days)


def years(count):
    return f"{count} year" if count == 1 else f"{count} years"


def test_code_keeps_as_long_as_the_file_says():
    kept = {
        "account": logins.YEARS,
        "trace-of-staff": logins.LOG_YEARS,
        "person": sleeping.PERSON_YEARS,
        "shop": sleeping.SHOP_YEARS,
        "way-to-a-result": results.YEARS,
        "words-about-a-seat": seats.YEARS,
        "name-of-a-list": seats.YEARS,
        "words-on-a-slip": slips.YEARS,
        "proof": seats.CERTIFICATE_YEARS,
        "interest": seats.INTEREST_YEARS,
        "mail": outbox.YEARS,
        "order": outbox.YEARS,
        "contact-of-a-city": contacts.YEARS,
        "signature": contacts.YEARS,
    }
    assert {rule: years(count) for rule, count in kept.items()} == {rule: retention().rules[rule].keep for rule in kept}


def test_every_rule_is_applied_by_night_or_is_known_not_to_be():
    elsewhere = {
        "session",
        "typed-list",
        "used-invitation",
        "with-the-person",
        "way-to-a-seat",
        "link-to-a-result",
        "secret-of-a-mail",
        "made-file",
        "count-of-results",
    }
    assert set(nightly.by_the_hour()) == elsewhere | {"public-contact"}


# One old and one fresh row each: what makes them, what applies the rule, what is then left


def accounts_of():
    for email, seen in (("old@x.example", years_ago(3, -1)), ("new@x.example", years_ago(3, 1))):
        User.objects.create_user(email, last_login=seen, joined_at=years_ago(9))
    return logins.purge_accounts, lambda: [*User.objects.values_list("email", flat=True)], ["new@x.example"]


def log_of():
    staff = User.objects.create_user("dana@x.example")
    for words, at in (("old", years_ago(3, -1)), ("new", years_ago(3, 1))):
        entry = LogEntry.objects.log_actions(staff.pk, [staff], CHANGE, change_message=words, single_object=True)
        LogEntry.objects.filter(pk=entry.pk).update(action_time=at)
    return logins.purge_log, lambda: [*LogEntry.objects.values_list("change_message", flat=True)], ["new"]


def persons_of():
    make_person("old", recorded_at=years_ago(3, -1))
    make_person("new", recorded_at=years_ago(3, 1))
    return sleeping.purge_persons, lambda: [*persons.known_persons().values_list("name", flat=True)], ["new"]


def shops_of():
    programme = make_programme()
    for name, at in (("old", years_ago(5, -1)), ("new", years_ago(5, 1))):
        Business.objects.create(programme=programme, name=name, recorded_at=at)
    return sleeping.purge_shops, lambda: [*persons.known_shops().values_list("name", flat=True)], ["new"]


def calls_of():
    """With what asks to belong to a shop, and what was merged: they go with the person."""
    asleep, awake = make_person("old", recorded_at=years_ago(3, -1)), make_person("new", recorded_at=NOW)
    shop = Business.objects.create(programme=make_programme(), name="x")
    for person in (asleep, awake):
        Call.objects.create(person=person, about=person.name, template="x", language="fr")
        Membership.objects.create(person=person, business=shop, state="requested", asked_at=years_ago(4))
        record = {"gone": {"model": "businesses.Person", "values": {"id": "0"}}}
        Merge.objects.create(kind="person", person=person, record=record)
    models = (Call, Membership, Merge)
    return (
        sleeping.purge_persons,
        lambda: [[*model.objects.values_list("person__name")] for model in models],
        [[("new",)]] * 3,
    )


def seats_of():
    for name, ends_on in OLD_AND_NEW:
        seat(name, ends_on).seat_events.update(reason=name)
    said = Registration.objects.exclude(helper_name="").exclude(seat_events__reason="")
    return seats.purge_seats, lambda: [*said.values_list("person__name", flat=True).distinct()], ["new"]


def links_of_seats():
    """Told and named, for as long as the person is known."""
    for name, at in (("old", years_ago(3, -40)), ("new", years_ago(3, -20))):
        row = seat(name, date(2031, 12, 31), at=at)
        Registration.objects.filter(pk=row.pk).update(names_told_at=at)
    told = Registration.objects.exclude(names_told_at=None)
    return sleeping.purge_persons, lambda: [*told.values_list("person__name", flat=True)], ["new"]


def lists_of():
    for name, ends_on in OLD_AND_NEW:
        Import.objects.create(session=seat(name, ends_on).session, name=name, sha256=name)
    return seats.purge_lists, lambda: [*Import.objects.exclude(name="").values_list("name", flat=True)], ["new"]


def slips_of():
    for name, ends_on in OLD_AND_NEW:
        registration = seat(name, ends_on)
        Slip.objects.create(
            registration=registration, person=registration.person, name=name, language="fr", wants_call=True
        )
    return slips.purge_slips, lambda: [*Slip.objects.exclude(name="").values_list("name", flat=True)], ["new"]


def certificates_of():
    for name, at in (("old", years_ago(10, -1)), ("new", years_ago(10, 1))):
        registration = seat(name, date(2036, 12, 31))
        Certificate.objects.create(
            registration=registration, code=name, name=name, language="fr", minutes=1, dates=["2020"], issued_at=at
        )
    return seats.purge_certificates, lambda: [*Certificate.objects.values_list("code", flat=True)], ["new"]


def interests_of():
    topic = make_topic(make_programme())
    city = make_city(topic.programme)
    said = {
        "old@x.example": {"asked_at": years_ago(2, -1), "confirmed_at": years_ago(2)},
        "new@x.example": {"asked_at": years_ago(2, 1), "confirmed_at": years_ago(2, 1)},
        "unconfirmed@x.example": {"asked_at": NOW - timedelta(days=29)},
        "left@x.example": {"asked_at": NOW, "confirmed_at": NOW, "withdrawn_at": NOW - timedelta(days=29)},
    }
    for email, when in said.items():
        Interest.objects.create(topic=topic, city=city, email=email, language="fr", **when)
    return (
        seats.purge_interests,
        lambda: [*Interest.objects.known().order_by("pk").values_list("email", flat=True)],
        [*said][1:],
    )


def mails_of():
    for to, at in (("old@x.example", years_ago(1, -1)), ("new@x.example", years_ago(1, 1))):
        Mail.objects.create(template="x", to=to, language="fr", state="sent", finished_at=at)
    return outbox.purge_mails, lambda: [*Mail.objects.values_list("to", flat=True)], ["new@x.example"]


def jobs_of():
    for key, at in (("old", years_ago(1, -1)), ("new", years_ago(1, 1))):
        file = files.store(content=b"x", name=key, content_type="text/plain")
        Job.objects.create(kind="x", key=key, state="done", finished_at=at, file=file)
    return outbox.purge_jobs, lambda: [*File.objects.values_list("name", flat=True)], ["new"]


def signatures_of():
    programme = make_programme()
    for year, signature in ((2034, "old"), (2035, "new")):
        LetterTemplate.objects.create(campaign=make_campaign(programme, year), language="fr", signature=signature)
    signed = LetterTemplate.objects.exclude(signature="")
    return contacts.purge_signatures, lambda: [*signed.values_list("signature", flat=True)], ["new"]


def contacts_of():
    programme = make_programme()
    city = make_city(programme)
    for year, contact in ((2034, "old"), (2035, "new")):
        campaign = make_campaign(programme, year)
        Engagement.objects.create(campaign=campaign, city=city, contact=contact).notes.create(on=NOW, text=contact)
    known = Engagement.objects.exclude(contact="", notes=None)
    return contacts.purge_contacts, lambda: [*known.values_list("contact", "notes__text")], [("new", "new")]


OLD_AND_NEW = (("old", date(2031, 5, 31)), ("new", date(2031, 6, 1)))
RULES = [
    accounts_of,
    log_of,
    persons_of,
    calls_of,
    shops_of,
    seats_of,
    links_of_seats,
    lists_of,
    slips_of,
    certificates_of,
]
RULES += [interests_of, mails_of, jobs_of, contacts_of, signatures_of]


def seat(name, ends_on, at=datetime(2031, 5, 1, tzinfo=UTC)):
    programme = make_programme(f"programme-{name}")
    make_campaign(programme, ends_on.year, starts_on=date(2026, 1, 1), ends_on=ends_on)
    session = make_session(programme, starts=[at + timedelta(days=29, hours=18)])
    shop = Business.objects.create(programme=programme, name=name, recorded_at=at)
    person = make_person(name, recorded_at=at)
    Membership.objects.create(person=person, business=shop, state="approved", asked_at=at, decided_at=at)
    return registering.register(
        session=session,
        person=person,
        business=shop,
        language="fr",
        helper_name="Bob",
        with_helper=True,
        is_confirmed=True,
        at=at,
    )


@pytest.mark.parametrize("rule", RULES)
def test_rule_takes_what_is_over_once_and_says_so_beforehand(rule, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    purge, left, fresh = rule()
    before = left()
    assert (purge(at=NOW, dry_run=True), left()) == (1, before)
    assert (purge(at=NOW), left()) == (1, fresh)
    assert (purge(at=NOW, dry_run=True), purge(at=NOW), left()) == (0, 0, fresh)


def test_links_to_results_of_old_campaigns_open_nothing_any_more(completed, commerce):
    for ends_on in (date(2031, 5, 31), date(2031, 6, 1)):
        campaign = make_campaign(commerce, ends_on.day, ends_on=ends_on, starts_on=date(2031, 1, 1))
        one = Diagnostic.objects.get(pk=completed.pk)
        one.pk, one.public_id, one.code_digest, one.campaign = None, uuid4(), f"{ends_on.day:064}", campaign
        one.save()
        share(diagnostic=one)
    Diagnostic.objects.filter(pk=completed.pk).delete()
    kept = Diagnostic.objects.get(campaign=campaign)
    assert results.purge_results(at=NOW) == 1
    assert [row.diagnostic for row in Share.objects.all()] == [kept]
    assert Diagnostic.objects.filter(code_digest__contains="-").get() != kept


def test_results_of_the_last_five_years_stay_reachable(completed, commerce):
    Diagnostic.objects.update(campaign=make_campaign(commerce, 2031))
    assert results.purge_results(at=NOW) == 0
    assert Diagnostic.objects.get().code_digest == completed.code_digest


def test_who_sleeps_leaves_no_door_open(completed):
    """Neither the link nor the code, nor what was handed on, nor the report."""
    person = make_person("Zoé", recorded_at=years_ago(9))
    Diagnostic.objects.update(person=person, changed_at=years_ago(4))
    share(diagnostic=completed)
    reporting.ask_for(diagnostic=completed, language="fr", by=None)
    assert sleeping.purge_persons(at=NOW) == 1
    assert (Share.objects.count(), Job.objects.count()) == (0, 0)
    closed = Diagnostic.objects.get()
    assert closed.public_id != completed.public_id
    assert closed.code_digest != completed.code_digest


def test_who_comes_again_is_one_person_with_all_that_was_before():
    old = seat("old", date(2031, 5, 31))
    programme = make_programme()
    make_campaign(programme, 2036)
    again = registering.register(
        session=make_session(programme), person=old.person, language="fr", is_confirmed=True, at=NOW
    )
    nightly.purge(at=NOW)
    old.refresh_from_db()
    assert (old.person, old.person.name, old.helper_name, old.seats) == (again.person, "old", "", 2)


@pytest.mark.parametrize("sign", ["seat", "diagnostic", "membership", "sign-in"])
def test_person_is_kept_while_there_is_a_sign_of_life(sign, request):
    person = make_person("Zoé", recorded_at=years_ago(9))
    if sign == "seat":
        registering.register(session=make_session(), person=person, language="fr", at=years_ago(1))
    elif sign == "diagnostic":
        Diagnostic.objects.filter(pk=request.getfixturevalue("diagnostic").pk).update(person=person, changed_at=NOW)
    elif sign == "membership":
        shop = Business.objects.create(programme=make_programme(), name="x")
        Membership.objects.create(person=person, business=shop, state="requested", asked_at=NOW)
    else:
        person.user = User.objects.create_user("z@x.example", last_login=NOW, joined_at=years_ago(9))
        person.save(update_fields=["user"])
    assert sleeping.purge_persons(at=NOW) == 0


def test_shop_is_kept_while_its_last_campaign_is_young():
    registration = seat("old", date(2031, 6, 1))
    Business.objects.update(recorded_at=years_ago(9))
    Membership.objects.update(asked_at=years_ago(9))
    assert sleeping.purge_shops(at=NOW) == 0
    assert sleeping.purge_shops(at=NOW + timedelta(days=1)) == 1
    registration.business.refresh_from_db()
    assert registration.business.name == ""


def test_certificate_is_proof_for_longer_than_its_person_is_known():
    registration = seat("old", date(2031, 5, 31))
    attending.mark(
        registration=registration,
        date=registration.session.dates.get(),
        is_present=True,
        key="00000000-0000-0000-0000-000000000002",
        at=datetime(2031, 5, 30, 18, tzinfo=UTC),
    )
    certifying.issue(registration=registration, at=datetime(2031, 6, 1, tzinfo=UTC))
    assert sleeping.purge_persons(at=NOW) == 1
    assert Certificate.objects.get().name == "old"
    assert Person.objects.get(pk=registration.person_id).name == ""


def test_account_stays_while_the_log_leads_to_it():
    staff = User.objects.create_user("dana@x.example", last_login=years_ago(4), joined_at=years_ago(9))
    LogEntry.objects.log_actions(staff.pk, [staff], CHANGE, change_message="x", single_object=True)
    assert logins.purge_accounts(at=NOW) == 0
    LogEntry.objects.all().delete()
    assert logins.purge_accounts(at=NOW) == 1


def test_many_rows_go_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    for number in range(5):
        Mail.objects.create(
            template="x", to=f"{number}@x.example", language="fr", state="sent", finished_at=years_ago(2)
        )
    assert (outbox.purge_mails(at=NOW), Mail.objects.count()) == (5, 0)


def test_leap_day_has_its_day_before():
    assert purging.years_before(datetime(2036, 2, 29), 1) == datetime(2035, 2, 28)


# All of them


def test_command_counts_by_rule_and_a_dry_run_takes_nothing(capsys):
    mails_of()
    Mail.objects.update(finished_at=timezone.now() - timedelta(days=400))
    call_command("purge", "--dry-run")
    assert "       2  mail\n" in capsys.readouterr().out
    assert Mail.objects.count() == 2
    call_command("purge")
    assert "       2  mail\n" in capsys.readouterr().out
    assert Mail.objects.count() == 0


def test_rule_that_fails_keeps_no_other_from_its_work(monkeypatch, capsys, caplog):
    def broken(*, at, dry_run):
        raise RuntimeError

    monkeypatch.setattr(logins, "purge_log", broken)
    Mail.objects.create(template="x", to="a@x.example", language="fr", state="sent", finished_at=years_ago(20))
    with pytest.raises(CommandError, match="trace-of-staff"):
        call_command("purge")
    assert Mail.objects.count() == 0
    assert "trace-of-staff could not be applied" in caplog.text


def test_clock_applies_the_rules():
    Mail.objects.create(template="x", to="a@x.example", language="fr", state="sent", finished_at=years_ago(20))
    tasks.purge()
    assert Mail.objects.count() == 0
