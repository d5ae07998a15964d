"""Which shop a row is of, what is wrong with a row, and what of it is kept."""

import pytest
from django.utils import timezone

from businesses.models import Business, Membership, Person
from tests.programmes.makers import make_city
from tests.trainings.importing.conftest import again, apply, fates, row
from tests.trainings.importing.files import LONG, NUMBER, ZOE
from tests.trainings.sessions import make_person
from trainings.importing import bringing
from trainings.importing.foreseeing import foresee
from trainings.models import Registration

# Shops


def shop_of(session, **fields):
    given = {"name": "Fleurs Zoé", "postal_code": "5000"}
    return Business.objects.create(programme=session.programme, **{**given, **fields})


def test_shop_of_the_same_number_and_address_is_a_match(session, brought):
    shop = shop_of(session, name="Zoé SRL", enterprise_number="0403019261", street="12, r. de Fer")
    file = brought(session, row(street="Rue de Fer 12", number=NUMBER), heads=LONG)
    assert [(str(each.fate), each.same_as) for each in foresee(again(file))] == [("seat", shop)]
    apply(file)
    assert (Registration.objects.get().business, Business.objects.count()) == (shop, 1)
    assert Membership.objects.get().state == Membership.State.REQUESTED


def test_name_alone_is_no_shop(session, brought):
    shop_of(session, postal_code="4000")
    assert fates(brought(session, ZOE)) == ["seat"]


@pytest.mark.parametrize(("choose", "count"), [("same", 1), ("new", 2)])
def test_shop_of_the_same_name_and_postal_code_waits_for_a_person_to_choose(session, brought, choose, count):
    shop = shop_of(session)
    file = brought(session, ZOE)
    each = foresee(again(file))[0]
    assert (str(each.fate), [one.value for one in each.suggestions]) == ("decide", [f"shop:{shop.pk}"])
    assert (apply(file), apply(file, is_whole=True)) == ([""], [""])
    bringing.choose(file=file, choices={2: f"shop:{shop.pk}" if choose == "same" else "new"})
    assert apply(file) == ["registered"]
    assert (Business.objects.count(), Registration.objects.get().business == shop) == (count, choose == "same")


@pytest.mark.parametrize("is_whole", [False, True])
def test_new_shop_of_an_earlier_row_is_suggested_too(session, brought, is_whole):
    file = brought(session, ZOE, ["Bob", "FLEURS ZOE", "5000", "bob@fleurs.example"])
    assert fates(file) == ["seat", "decide"]
    bringing.choose(file=file, choices={3: "row:2"})
    assert apply(file, is_whole=is_whole) == ["registered", "registered"]
    assert Business.objects.count() == 1


def test_choice_of_an_earlier_row_holds_once_that_row_is_applied(session, brought):
    file = brought(session, ZOE, ["Bob", "FLEURS ZOE", "5000", "bob@fleurs.example"])
    apply(file)
    assert fates(file) == ["done", "decide"]
    bringing.choose(file=file, choices={3: "row:2"})
    assert apply(file) == ["registered", "registered"]
    assert Business.objects.count() == 1


def test_choice_of_a_shop_that_was_not_suggested_counts_as_none(session, brought):
    shop_of(session)
    other = shop_of(session, name="Autre")
    file = brought(session, ZOE)
    bringing.choose(file=file, choices={2: f"shop:{other.pk}"})
    assert fates(file) == ["decide"]


def test_own_shop_of_a_known_person_needs_no_choice(session, brought):
    shop = shop_of(session)
    person = make_person("Zoé Lambert", "zoe@fleurs.example")
    Membership.objects.create(person=person, business=shop, state="approved", decided_at=timezone.now())
    file = brought(session, ZOE)
    assert [(str(each.fate), each.same_as, each.person) for each in foresee(again(file))] == [("seat", shop, person)]
    apply(file)
    assert Registration.objects.get().business == shop


def test_shop_that_refused_the_person_breaks_nothing(session, brought):
    shop = shop_of(session, enterprise_number="0403019261", street="Rue de Fer 12")
    person = make_person("Zoé Lambert", "zoe@fleurs.example")
    Membership.objects.create(person=person, business=shop, state="refused", decided_at=timezone.now())
    file = brought(session, row(street="Rue de Fer 12", number=NUMBER, email="zoe@fleurs.example"), heads=LONG)
    assert apply(file) == ["registered"]
    assert Membership.objects.get().state == "refused"


# Bad rows


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (row(name=""), "name is missing"),
        (row(name="x" * 300), "Name: 300 letters, and at most 150"),
        (row(email="zoe@"), "“zoe@” is not an e-mail address"),
        (row(number="BE 0403.019.262"), "One digit of this number must be wrong"),
        (row(phone="12"), "“12” is too short"),
        (row(name="\u200b\u202e"), "name is missing"),
        (row(helper="x" * 151), "Helper who comes along: 151 letters"),
    ],
)
def test_bad_row_is_reported_with_its_reason_and_kept_whole(session, brought, settings, typed, words):
    settings.LANGUAGE_CODE = "en"
    session.programme.enterprise_number_rule = "be.vat"
    session.programme.save()
    each = foresee(again(brought(session, typed, heads=LONG)))[0]
    assert str(each.fate) == "bad"
    assert words in " ".join(each.reasons)
    assert each.row.cells[0] == typed[0].strip()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoe\u0301\u200b  Lam\u202ebert\ufeff", "Zoé Lambert"),
        ('"; filename=x', '"; filename=x'),
        ("=1+1", "=1+1"),
        ("שרה לוי", "שרה לוי"),
    ],
)
def test_strange_names_are_kept_without_what_is_not_seen(session, brought, typed, kept):
    quoted = '"' + typed.replace('"', '""') + '"'
    apply(brought(session, [quoted, "Fleurs", "5000", ""]))
    assert Person.objects.get().name == kept


def test_postal_code_comes_from_the_municipality_where_that_has_one(session, brought):
    make_city(session.programme, "92142", "Andenne", postal_codes=["5300"])
    file = brought(session, ["Zo", "A", "5000 Namur"], ["Yann", "B", "Andenne"], heads=["Nom", "Commerce", "Localité"])
    assert [each.said.postal_code for each in foresee(again(file))] == ["5000", "5300"]
