import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from businesses.joining import MayNotDecide, Outcome, approve, as_told, bring, may_decide, refuse
from businesses.models import Business, Membership, Person
from programmes.numbers import BadNumber
from tests.programmes.makers import make_business, make_member, make_programme

PLACE = {"number": "BE 0403.019.261", "street": "Rue de Fer 12", "postal_code": "5000"}
State = Membership.State


def bring_to(programme, user, name="Fleurs Dupont", **told):
    own = {key: told.pop(key) for key in ("person_name", "role", "same_as") if key in told}
    return bring(user=user, shop=as_told(name=name, programme=programme, **{**PLACE, **told}), **own)


@pytest.fixture
def dana(alice):
    user = User.objects.create_user("dana@example.org", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_membership"))
    return user


def test_bring_a_new_shop_makes_person_shop_and_place_in_it(programme, alice, namur, florist):
    brought = bring_to(programme, alice, city=namur, sub_sector=florist, staff_size="2-4", person_name="Alice Dupont")
    assert brought.outcome == Outcome.NEW
    assert (brought.business.enterprise_number, brought.business.city) == ("0403019261", namur)
    assert (brought.person.name, brought.person.user, brought.person.email) == ("Alice Dupont", alice, alice.email)
    assert (brought.membership.state, brought.membership.decided_by) == (State.APPROVED, alice)
    assert [*Business.objects.of(alice)] == [brought.business]


def test_bring_the_same_shop_again_changes_nothing(programme, alice):
    first, again = bring_to(programme, alice), bring_to(programme, alice, street="12, r. de Fer")
    assert again.outcome == Outcome.KNOWN
    assert again.membership == first.membership
    assert (Business.objects.count(), Person.objects.count(), Membership.objects.count()) == (1, 1, 1)


def test_bring_a_shop_of_somebody_else_is_a_request(programme, alice, charlie):
    first, request = bring_to(programme, alice), bring_to(programme, charlie, name="Dupont")
    assert request.outcome == Outcome.REQUESTED
    assert request.business == first.business
    assert (request.membership.state, request.membership.decided_at) == (State.REQUESTED, None)
    assert [*Business.objects.of(charlie)] == []


def test_request_changes_nothing_of_the_shop(programme, alice, charlie, namur):
    first = bring_to(programme, alice)
    bring_to(programme, charlie, name="Taken over", city=namur, staff_size="10+")
    first.business.refresh_from_db()
    assert (first.business.name, first.business.city, first.business.staff_size) == ("Fleurs Dupont", None, "")


def test_request_twice_is_one(programme, alice, charlie):
    bring_to(programme, alice)
    assert bring_to(programme, charlie).membership == bring_to(programme, charlie).membership


def test_name_and_postal_code_of_somebody_else_are_another_shop(programme, alice, charlie):
    bring_to(programme, alice, number="", street="")
    brought = bring_to(programme, charlie, number="", street="")
    assert brought.outcome == Outcome.NEW
    assert Business.objects.count() == 2


def test_name_and_postal_code_of_ones_own_are_the_same_shop_which_learns(programme, alice, namur):
    first = bring_to(programme, alice, number="", street="")
    again = bring_to(programme, alice, city=namur, staff_size="alone")
    first.business.refresh_from_db()
    assert again.business == first.business
    assert (first.business.enterprise_number, first.business.street_key) == ("0403019261", "rue fer 12")
    assert (first.business.city, first.business.staff_size) == (namur, "alone")


def test_suggestion_that_is_confirmed_is_still_a_request(programme, alice, charlie):
    shop = bring_to(programme, alice, number="", street="").business
    brought = bring_to(programme, charlie, number="", street="", same_as=shop)
    assert (brought.outcome, brought.business) == (Outcome.REQUESTED, shop)


def test_three_bakeries_of_one_company_are_three(programme, alice):
    shops = [bring_to(programme, alice, street=street).business for street in ("Rue A 1", "Rue B 1", "Rue C 1")]
    assert len({shop.pk for shop in shops}) == 3


def test_same_place_in_another_programme_is_another_shop(programme, alice, charlie):
    bring_to(programme, alice)
    assert bring_to(make_programme("crafts"), charlie).outcome == Outcome.NEW


def test_number_with_a_wrong_digit_stores_nothing(programme, alice):
    with pytest.raises(BadNumber):
        bring_to(programme, alice, number="0403.019.262")
    assert (Business.objects.count(), Person.objects.count()) == (0, 0)


def test_one_login_stands_for_two_persons_of_one_shop(programme, alice):
    one, other = bring_to(programme, alice, person_name="Alice"), bring_to(programme, alice, person_name="Albert")
    assert (other.outcome, other.business) == (Outcome.KNOWN, one.business)
    assert one.person != other.person


def test_person_is_the_same_however_the_name_is_written(programme, alice):
    one, other = bring_to(programme, alice, person_name="Zoé"), bring_to(programme, alice, person_name="ZOE")
    assert one.person == other.person


def test_member_approves_a_request(programme, alice, charlie):
    bring_to(programme, alice)
    request = bring_to(programme, charlie).membership
    assert [*Membership.objects.waiting_for(alice)] == [request]
    approve(membership=request, by=alice)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == (State.APPROVED, alice)
    assert Business.objects.of(charlie).count() == 1


def test_request_refused_stays_refused_when_asked_again(programme, alice, charlie):
    bring_to(programme, alice)
    refuse(membership=bring_to(programme, charlie).membership, by=alice)
    assert bring_to(programme, charlie).outcome == Outcome.REFUSED
    assert [*Business.objects.of(charlie)] == []


def test_nobody_approves_the_own_request(programme, alice, charlie):
    bring_to(programme, alice)
    request = bring_to(programme, charlie).membership
    with pytest.raises(MayNotDecide):
        approve(membership=request, by=charlie)
    assert [*Membership.objects.approved().filter(person__user=charlie)] == []


def test_stranger_and_helper_may_not_decide(programme, alice, bob, charlie):
    shop = bring_to(programme, alice).business
    make_member(shop, bob, role=Membership.Role.HELPER)
    request = bring_to(programme, charlie).membership
    assert [may_decide(user, request) for user in (alice, bob, charlie)] == [True, False, False]


def test_owner_may_not_put_out_another_owner(programme, alice, charlie):
    first = bring_to(programme, alice)
    approve(membership=bring_to(programme, charlie).membership, by=alice)
    with pytest.raises(MayNotDecide):
        refuse(membership=first.membership, by=charlie)


def test_staff_may_change_what_was_decided(programme, alice, dana):
    first = bring_to(programme, alice)
    assert refuse(membership=first.membership, by=dana).state == State.REFUSED
    assert [*Business.objects.of(alice)] == []


def test_staff_without_the_permission_may_not(programme, alice, charlie):
    bring_to(programme, alice)
    request = bring_to(programme, charlie).membership
    eve = User.objects.create_user("eve@example.org", is_staff=True)
    assert not may_decide(eve, request)


def test_membership_decided_needs_its_time(programme, alice):
    shop, person = make_business(programme), Person.objects.create(user=alice)
    with pytest.raises(IntegrityError, match="membership_is_decided_at_a_time"), transaction.atomic():
        Membership.objects.create(person=person, business=shop, state=State.APPROVED)


def test_shop_is_unique_by_number_and_address(programme):
    told = {"enterprise_number": "0403019261", "postal_code": "5000"}
    make_business(programme, street="Rue de Fer 12", **told)
    with pytest.raises(IntegrityError, match="business_is_unique_by_number_and_address"), transaction.atomic():
        make_business(programme, street="12, r. de Fer", **told)


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_one_shop_at_once_make_one(programme, alice, charlie):
    barrier = threading.Barrier(2)

    def one(user):
        barrier.wait(timeout=10)
        try:
            return bring_to(programme, user).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, (alice, charlie))) == [Outcome.NEW, Outcome.REQUESTED]
    assert Business.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_double_click_makes_one_shop(programme, alice):
    barrier = threading.Barrier(2)

    def one(user):
        barrier.wait(timeout=10)
        try:
            return bring_to(programme, user, number="", street="").outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, (alice, alice))) == [Outcome.KNOWN, Outcome.NEW]
    assert (Business.objects.count(), Person.objects.count()) == (1, 1)
