import pytest
from django.contrib.auth.models import AnonymousUser

from businesses.models import Business, Membership, Person, SubSector
from tests.programmes.makers import make_business, make_member, make_sub_sector


@pytest.fixture
def trades(programme):
    make_sub_sector(programme, "florist", "Fleuriste", ["fleurs", "roses"], 1)
    make_sub_sector(programme, "bakery", "Boulangerie-pâtisserie", ["boulanger", "gâteau", "baker"], 2)
    return SubSector.objects


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("fleuriste", ["florist"]),
        ("roses", ["florist"]),
        ("rose", ["florist"]),
        ("baker", ["bakery"]),
        ("Boulangers", ["bakery"]),
        ("gateaux", ["bakery"]),
        ("PÂTISSERIE", ["bakery"]),
        ("pati boul", ["bakery"]),
        ("atisserie", []),
        ("", []),
        ("  %_ ", []),
    ],
)
def test_trade_is_found_by_typing(trades, typed, found):
    assert [trade.code for trade in trades.matching(typed)] == found


def test_trade_withdrawn_is_not_offered(programme):
    make_sub_sector(programme, withdrawn_at="2026-01-01T00:00Z")
    assert [*SubSector.objects.offered().matching("fleurs")] == []


@pytest.mark.parametrize("state", Membership.State)
def test_shops_of_a_login_are_the_approved_ones(programme, alice, charlie, state):
    shop = make_business(programme)
    make_member(shop, alice, state=state)
    assert [*Business.objects.of(alice)] == ([shop] if state == Membership.State.APPROVED else [])
    assert [*Business.objects.of(charlie)] == [*Business.objects.of(AnonymousUser())] == []


def test_persons_of_nobody_are_none(alice):
    Person.objects.create(name="Without a login")
    assert [*Person.objects.of(AnonymousUser())] == [*Person.objects.of(alice)] == []


def test_login_that_goes_leaves_the_person(programme, alice):
    membership = make_member(make_business(programme), alice, "Alice")
    alice.delete()
    membership.refresh_from_db()
    assert (membership.person.name, membership.person.user) == ("Alice", None)
