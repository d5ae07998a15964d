import pytest
from django.urls import reverse

from businesses.models import Business, Membership, Person
from diagnostics import attaching
from diagnostics.models import Diagnostic
from programmes.numbers import BadNumber
from tests.diagnostics.shops import take

NUMBER, WRONG_NUMBER = "BE 0403.019.261", "BE 0403.019.262"
SHOP = {"person_name": "Alice Dupont", "name": "Fleurs Dupont", "postal_code": "5000", "street": "Rue de Fer 12"}
BARE = {"person_name": "Alice Dupont", "name": "Fleurs Dupont", "postal_code": "5000"}


def url_of(diagnostic):
    return reverse("diagnostics:attach", args=[diagnostic.public_id])


def stored(diagnostic):
    return Diagnostic.objects.get(pk=diagnostic.pk)


@pytest.fixture
def mine(completed, holding, alice):
    """Alice's browser, signed in, with the diagnostic she has just completed."""
    client = holding(completed)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def charlie_s_shop(commerce, charlie):
    """A shop of the same name and postal code that somebody else has brought."""
    other = take(commerce)
    return attaching.attach(diagnostic=other, user=charlie, name="FLEURS DUPONT SRL", postal_code="5000").business


def outcome(response):
    return [str(message) for message in response.context["messages"]]


def test_attach_asks_who_is_there_to_sign_in_and_comes_back(completed, holding):
    response = holding(completed).get(url_of(completed))
    assert response.url == f"{reverse('account_login')}?next={url_of(completed)}"


def test_attach_knows_the_name_of_the_login(mine, completed):
    assert 'value="Alice Dupont"' in mine.get(url_of(completed)).content.decode()


def test_attach_gives_the_result_to_person_and_shop(mine, completed, alice):
    response = mine.post(url_of(completed), SHOP | {"number": NUMBER}, follow=True)

    kept = stored(completed)
    assert (kept.person.user, kept.person.name) == (alice, "Alice Dupont")
    assert (kept.business.name, kept.business.enterprise_number, kept.business.city) == (
        "Fleurs Dupont", "0403019261", completed.city,
    )  # fmt: skip
    assert kept.business.sub_sector == completed.sub_sector
    assert outcome(response) == ["Your result is kept in your space."]
    assert [*response.context["diagnostics"]] == [completed]


def test_attach_without_a_number_is_welcome(mine, completed):
    mine.post(url_of(completed), BARE)
    assert stored(completed).business.enterprise_number == ""


def test_attach_with_wrong_check_digits_keeps_nothing_but_what_was_typed(mine, completed):
    response = mine.post(url_of(completed), SHOP | {"number": WRONG_NUMBER})

    page = response.content.decode()
    assert (response.status_code, stored(completed).business, Person.objects.count()) == (422, None, 0)
    assert "One digit of this number must be wrong" in page
    assert [text for text in ("Fleurs Dupont", "Rue de Fer 12", WRONG_NUMBER) if f'value="{text}"' not in page] == []


@pytest.mark.parametrize("number", ["12", "not a number", "BE" + "9" * 18, "٠٤٠٣٠١٩٢٦١"])
def test_attach_with_what_is_no_number_says_so(mine, completed, number):
    response = mine.post(url_of(completed), SHOP | {"number": number})
    assert (response.status_code, Business.objects.count()) == (422, 0)


def test_attach_with_nothing_typed_names_the_fields(mine, completed):
    response = mine.post(url_of(completed), {"person_name": "", "street": "Rue de Fer 12"})
    assert (response.status_code, [*response.context["form"].errors]) == (422, ["person_name", "name", "postal_code"])
    assert 'value="Rue de Fer 12"' in response.content.decode()


def test_attach_to_what_may_be_somebody_s_shop_asks_first(mine, completed, charlie_s_shop):
    response = mine.post(url_of(completed), BARE)

    assert response.context["suggested"] == [charlie_s_shop]
    assert "FLEURS DUPONT SRL, 5000" in response.content.decode()
    assert (stored(completed).business, Business.objects.count()) == (None, 1)


def test_attach_to_the_suggested_shop_is_a_request(mine, completed, charlie_s_shop):
    response = mine.post(url_of(completed), BARE | {"same_as": str(charlie_s_shop.pk)}, follow=True)

    assert stored(completed).business == charlie_s_shop
    assert Membership.objects.get(person__name="Alice Dupont").state == Membership.State.REQUESTED
    assert outcome(response) == [
        "Your result is kept. Your shop is known already: its owner or our staff will confirm that you belong to it."
    ]


def test_attach_refusing_the_suggested_shop_makes_another(mine, completed, charlie_s_shop):
    response = mine.post(url_of(completed), BARE | {"same_as": ""}, follow=True)

    assert stored(completed).business not in {None, charlie_s_shop}
    assert outcome(response) == ["Your result is kept in your space."]


@pytest.mark.parametrize("chosen", ["0", "-1", "x", "9" * 40, "\0"])
def test_attach_to_a_shop_that_was_not_suggested_makes_another(mine, completed, charlie_s_shop, chosen):
    mine.post(url_of(completed), BARE | {"same_as": chosen})
    assert stored(completed).business not in {None, charlie_s_shop}


def test_attach_to_any_other_shop_by_its_row_is_not_possible(mine, completed, commerce, charlie):
    far = attaching.attach(
        diagnostic=take(commerce), user=charlie, name="Boulangerie Pain", postal_code="4000"
    ).business
    mine.post(url_of(completed), BARE | {"same_as": str(far.pk)})
    assert stored(completed).business != far


def test_attach_after_a_refusal_says_that_it_is_kept_for_oneself(mine, completed, charlie_s_shop):
    mine.post(url_of(completed), BARE | {"same_as": str(charlie_s_shop.pk)})
    Membership.objects.filter(person__name="Alice Dupont").update(
        state=Membership.State.REFUSED, decided_at=completed.completed_at
    )

    response = mine.post(url_of(completed), BARE | {"same_as": str(charlie_s_shop.pk)}, follow=True)

    assert outcome(response)[-1:] == [
        "Your result is kept for you alone: the owner of this shop did not confirm that you belong to it."
    ]


def test_attach_twice_does_no_harm(mine, completed):
    for _ in range(2):
        response = mine.post(url_of(completed), SHOP | {"number": NUMBER}, follow=True)

    assert (Business.objects.count(), Person.objects.count(), Membership.objects.count()) == (1, 1, 1)
    assert outcome(response) == ["Your result is kept in your space."]


def test_attach_what_somebody_else_has_kept_is_refused(mine, completed, charlie):
    kept = attaching.attach(diagnostic=completed, user=charlie, name="Chez Charlie", postal_code="4000")

    response = mine.post(url_of(completed), BARE, follow=True)

    assert stored(completed).person == kept.person
    assert (Business.objects.count(), Person.objects.count()) == (1, 1)
    assert outcome(response) == ["This result is kept by somebody else already. Do it again to have your own."]


def test_attach_with_a_bad_number_stores_nothing(completed, alice):
    with pytest.raises(BadNumber):
        attaching.attach(diagnostic=completed, user=alice, name="Fleurs Dupont", number=WRONG_NUMBER)
    assert (stored(completed).person, Person.objects.count(), Business.objects.count()) == (None, 0, 0)


def test_suggestions_leave_out_ones_own_and_other_places(completed, alice, charlie, commerce):
    for user, name, postal_code in [
        (alice, "Fleurs Dupont", "5000"), (charlie, "Fleurs Dupont", "4000"), (charlie, "Fleurs Durand", "5000"),
    ]:  # fmt: skip
        attaching.attach(diagnostic=take(commerce), user=user, name=name, postal_code=postal_code)

    found = attaching.suggestions(
        diagnostic=completed, user=alice, name="Fleurs Dupont", number="", street="", postal_code="5000"
    )

    assert found == []
