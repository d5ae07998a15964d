import pytest

from businesses.matching import Identity, Verdict, compared, name_key, street_key

NUMBER, OTHER_NUMBER = "0403019261", "0428759497"


def shop(name="Fleurs Dupont", number="", street="", postal_code="5000"):
    return Identity(name, number, street, postal_code)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fleurs Dupont SRL", "FLEURS DUPONT"),
        ("Fleurs Dupont", "fleurs   dupont S.R.L."),
        ("Chez Zoé", "chez zoe"),
        ("L'Été", "l’été"),
    ],
)
def test_names_written_differently_are_one(one, other):
    assert name_key(one) == name_key(other)


def test_name_that_is_only_a_legal_form_stays():
    assert name_key("SA") == "sa"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rue de Fer 12", "12, rue de Fer"),
        ("Rue de Fer 12 bte 3", "12/3, r. de Fer"),
        ("Rue de Fer 12A", "12 a rue de fer"),
        ("Av. des Combattants 7", "avenue des combattants, 7"),
        ("Rue du 11 Novembre 5", "5, rue du 11 Novembre"),
        ("Place d'Armes 1", "1 pl. d’Armes"),
    ],
)
def test_streets_written_differently_are_one(one, other):
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rue de Fer 12", "Rue de Fer 13"), ("Rue de Fer 12", "Rue de l'Ange 12"), ("Rue de Fer 12/3", "Rue de Fer 3/12")],
)
def test_streets_that_differ_are_two(one, other):
    assert street_key(one) != street_key(other)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        # number and address: the same, whatever the name
        (shop(number=NUMBER, street="Rue de Fer 12"), shop("Dupont", NUMBER, "12, r. de Fer"), Verdict.SAME),
        # the same number elsewhere: three bakeries of one company are three
        (shop(number=NUMBER, street="Rue de Fer 12"), shop(number=NUMBER, street="Rue de Fer 80"), Verdict.OTHER),
        (shop("A", NUMBER, "Rue de Fer 12"), shop("B", NUMBER, "Rue de Fer 12", "4000"), Verdict.OTHER),
        # the number alone: the address is not known
        (shop("A", NUMBER), shop("B", NUMBER), Verdict.OTHER),
        # the address alone: two shops may share it
        (shop("A", street="Rue de Fer 12"), shop("B", street="Rue de Fer 12"), Verdict.OTHER),
        # name and postal code: a person says
        (shop(), shop("FLEURS DUPONT SRL"), Verdict.PERHAPS),
        (shop(number=NUMBER), shop(street="Rue de Fer 12"), Verdict.PERHAPS),
        (shop(number=NUMBER), shop(number=OTHER_NUMBER), Verdict.OTHER),
        (shop(street="Rue de Fer 12"), shop(street="Rue de Fer 13"), Verdict.OTHER),
        # the name alone: never
        (shop(postal_code="5000"), shop(postal_code="4000"), Verdict.OTHER),
        (shop(postal_code=""), shop(postal_code=""), Verdict.OTHER),
        (shop(""), shop(""), Verdict.OTHER),
    ],
)
def test_compared_in_either_order(one, other, verdict):
    assert compared(one, other) is verdict
    assert compared(other, one) is verdict
