"""What the clock forgets: each rule takes what is over and nothing else, says so beforehand, and takes nothing twice."""

from datetime import UTC, date, datetime, timedelta

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
from businesses.models import Business, Membership, Person
from diagnostics.models import Diagnostic
from outbox import files, purging
from outbox.models import File, Job, Mail
from portal import tasks
from portal.privacy import purging as nightly
from portal.privacy import sleeping
from portal.retention import retention
from programmes.models import Engagement
from surveys.models import Slip
from tests.programmes.makers import make_campaign, make_city, make_programme, make_topic
from tests.trainings.sessions import make_person, make_session
from trainings import attending, certifying, registering
from trainings.models import Certificate, Interest, Registration

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
        "result": results.YEARS,
        "seat": seats.YEARS,
        "proof": seats.CERTIFICATE_YEARS,
        "interest": seats.INTEREST_YEARS,
        "mail": outbox.YEARS,
        "order": outbox.YEARS,
        "contact-of-a-city": contacts.YEARS,
    }
    assert {rule: years(count) for rule, count in kept.items()} == {rule: retention().rules[rule].keep for rule in kept}


def test_every_rule_is_applied_by_night_or_is_known_not_to_be():
    elsewhere = {
        "session",
        "typed-list",
        "used-invitation",
        "with-the-seat",
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


def seats_of():
    for name, ends_on in (("old", date(2031, 5, 31)), ("new", date(2031, 6, 1))):
        seat(name, ends_on)
    return seats.purge_seats, lambda: [*known_seats()], ["new"]


def slips_of():
    for name, is_known in (("old", False), ("new", True)):
        registration = seat(name, date(2036, 12, 31))
        person = registration.person
        Slip.objects.create(registration=registration, person=person, name=name, language="fr", wants_call=True)
        if not is_known:
            persons.forget_persons([person.pk])
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
        lambda: [*Interest.objects.order_by("pk").values_list("email", flat=True)],
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


def contacts_of():
    programme = make_programme()
    city = make_city(programme)
    for year, contact in ((2034, "old"), (2035, "new")):
        campaign = make_campaign(programme, year)
        Engagement.objects.create(campaign=campaign, city=city, contact=contact).notes.create(on=NOW, text=contact)
    known = Engagement.objects.exclude(contact="", notes=None)
    return contacts.purge_contacts, lambda: [*known.values_list("contact", "notes__text")], [("new", "new")]


RULES = [accounts_of, log_of, persons_of, shops_of, seats_of, slips_of, certificates_of, interests_of, mails_of]
RULES += [jobs_of, contacts_of]


def seat(name, ends_on):
    programme = make_programme(f"programme-{name}")
    make_campaign(programme, ends_on.year, starts_on=date(2026, 1, 1), ends_on=ends_on)
    session = make_session(programme, starts=[datetime(2031, 5, 30, 18, tzinfo=UTC)])
    at = datetime(2031, 5, 1, tzinfo=UTC)
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


def known_seats():
    rows = Registration.objects.exclude(helper_name="").filter(person__in=persons.known_persons())
    return rows.filter(business__in=persons.known_shops()).values_list("person__name", flat=True)


@pytest.mark.parametrize("rule", RULES)
def test_rule_takes_what_is_over_once_and_says_so_beforehand(rule, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    purge, left, fresh = rule()
    before = left()
    assert (purge(at=NOW, dry_run=True), left()) == (1, before)
    assert (purge(at=NOW), left()) == (1, fresh)
    assert (purge(at=NOW, dry_run=True), purge(at=NOW), left()) == (0, 0, fresh)


def test_results_of_old_campaigns_lead_to_nobody_and_count_as_before(completed, commerce):
    campaign = make_campaign(commerce, 2030)
    shop = Business.objects.create(programme=commerce, name="Fleurs", recorded_at=years_ago(6))
    person = make_person("Zoé", recorded_at=years_ago(6))
    Membership.objects.create(person=person, business=shop, state="approved", decided_at=years_ago(6))
    Diagnostic.objects.filter(pk=completed.pk).update(campaign=campaign, person=person, business=shop)
    again = Diagnostic.objects.get(pk=completed.pk)
    again.pk, again.public_id, again.code_digest = None, "00000000-0000-0000-0000-000000000001", "f" * 64
    again.completed_at += timedelta(days=1)
    again.save()
    counting = [*Diagnostic.objects.counting().values_list("pk", flat=True)]
    assert counting == [again.pk]
    assert results.purge_results(at=NOW, dry_run=True) == 2
    assert results.purge_results(at=NOW) == 2
    rows = [*Diagnostic.objects.select_related("person", "business")]
    assert {(row.person.name, row.business.name) for row in rows} == {("", "")}
    assert {row.business_id for row in rows} & {shop.pk} == set()
    assert [*Diagnostic.objects.counting().values_list("pk", flat=True)] == counting
    assert results.purge_results(at=NOW) == 0


def test_results_of_the_last_five_years_stay_reachable(completed, commerce):
    Diagnostic.objects.update(campaign=make_campaign(commerce, 2031))
    assert results.purge_results(at=NOW) == 0
    assert Diagnostic.objects.get().code_digest == completed.code_digest


def test_who_came_again_keeps_a_name_and_the_old_seat_loses_it():
    old = seat("old", date(2031, 5, 31))
    programme = make_programme()
    make_campaign(programme, 2036)
    again = registering.register(session=make_session(programme), person=old.person, language="fr", is_confirmed=True)
    seats.purge_seats(at=NOW)
    old.refresh_from_db()
    again.refresh_from_db()
    assert (str(again.person.name), old.person.name, old.business.name, old.seats) == ("old", "", "", 2)


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
