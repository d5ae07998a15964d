"""Certificates are earned, issued once, and taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from tests.trainings.certificates.issuing import AFTER, THREE, come, earned_by, issued
from tests.trainings.sessions import make_session, make_training, register
from trainings import attending, certifying
from trainings.models import Certificate

# Earned and issued


@pytest.mark.parametrize(
    ("needed", "attended", "is_earned"), [(None, 2, False), (None, 3, True), (2, 1, False), (2, 2, True)]
)
def test_certificate_is_earned_at_the_threshold(db, needed, attended, is_earned):
    session = make_training(starts=THREE, module_fields={"dates_for_certificate": needed})
    registration = register(session, with_helper=True, helper_name="Bob")
    come(registration, attended)
    assert attending.has_earned(registration) is is_earned
    assert earned_by(registration) == ([False] if is_earned else [])


def test_what_is_not_earned_is_not_issued(db):
    registration = register(make_session())
    with pytest.raises(certifying.NotEarned):
        certifying.issue(registration=registration, at=AFTER)


def test_nothing_is_issued_before_the_last_date_begins(db):
    registration = register(make_training(starts=THREE, module_fields={"dates_for_certificate": 1}))
    come(registration, 1)
    with pytest.raises(certifying.NotEarned):
        certifying.issue(registration=registration, at=THREE[2] - timedelta(minutes=1))
    assert certifying.issue(registration=registration, at=THREE[2]).dates == [THREE[0].isoformat()]


def test_issued_twice_is_one(db):
    first = issued()
    assert certifying.issue(registration=first.registration, at=AFTER) == first
    assert certifying.issue_all(session=first.registration.session, at=AFTER) == []
    assert Certificate.objects.count() == 1


def test_issued_by_several_at_once_is_one(transactional_db):
    registration = register(make_session())
    come(registration)

    def issue(_number):
        try:
            return certifying.issue(registration=registration, at=AFTER).code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(issue, range(4)))) == 1
    assert Certificate.objects.count() == 1


def test_person_and_helper_have_one_each(db):
    registration = register(make_session(), with_helper=True, helper_name="Bob Petit")
    come(registration)
    come(registration, is_helper=True)
    names = [certificate.name for certificate in certifying.issue_all(session=registration.session, at=AFTER)]
    assert names == [registration.person.name, "Bob Petit"]


def test_helper_whom_nobody_named_has_none_until_named(db):
    registration = register(make_session(), with_helper=True)
    come(registration, is_helper=True)
    with pytest.raises(certifying.NoName):
        certifying.issue(registration=registration, is_helper=True, at=AFTER)
    assert certifying.issue_all(session=registration.session, at=AFTER) == []


def test_hours_are_the_modules_or_those_attended(db):
    session = make_training(starts=THREE, hours=2, module_fields={"hours": 7, "dates_for_certificate": 2})
    all_of_it, two_evenings = register(session), register(session)
    come(all_of_it)
    come(two_evenings, 2)
    assert [certificate.minutes for certificate in certifying.issue_all(session=session, at=AFTER)] == [7 * 60, 4 * 60]


def test_certificate_keeps_its_words(db):
    certificate = issued()
    session, person = certificate.registration.session, certificate.registration.person
    session.titles, person.name = {"fr": "Autre chose"}, "Quelqu’un"
    session.save()
    person.save()
    certificate.refresh_from_db()
    assert (certificate.title, certificate.name) == ("Être trouvé", "Zoé Lambert")


def test_corrected_attendance_revokes_nothing_and_is_seen(db):
    certificate, other = issued(), issued()
    key = uuid4()
    date = certificate.registration.session.dates.get()
    for row in (*certificate.registration.attendance_marks.all(),):
        attending.unmark(key=row.key, at=AFTER)
    attending.mark(registration=certificate.registration, date=date, is_present=False, key=key, at=AFTER)
    assert [*Certificate.objects.standing().corrected()] == [certificate]
    assert (certificate.was_corrected, other.was_corrected) == (True, False)


def test_all_of_a_session_costs_as_much_for_three_as_for_one(db, django_assert_num_queries):
    for count in (1, 3):
        session = make_session()
        for _number in range(count):
            come(register(session))
        with django_assert_num_queries(8):
            assert len(certifying.issue_all(session=session, at=AFTER)) == count


# Taken back


def test_revoking_asks_for_a_reason(db, dana):
    with pytest.raises(certifying.NoReason):
        certifying.revoke(certificate=issued(), by=dana, reason="  ")


def test_revoked_is_not_issued_again_by_asking(db, dana):
    certificate = issued()
    certifying.revoke(certificate=certificate, by=dana, reason="Wrong person")
    with pytest.raises(certifying.WasRevoked):
        certifying.issue(registration=certificate.registration, at=AFTER)
    assert certifying.issue_all(session=certificate.registration.session, at=AFTER) == []


def test_replaced_has_the_name_of_now_and_a_new_code(db, dana):
    old = issued("Zoe Lambrt")
    person = old.registration.person
    person.name = "Zoé Lambert"
    person.save()
    new = certifying.replace(certificate=old, by=dana, reason="Misspelt", at=AFTER)
    old.refresh_from_db()
    assert (new.name, new.code != old.code, old.is_revoked) == ("Zoé Lambert", True, True)
