"""Names as they are kept, whatever way they come in."""

import pytest
from django import forms

from programmes.naming import NameField, tidied
from tests.programmes.makers import make_programme
from trainings import arriving
from trainings.admin.forms import SomebodyForm
from trainings.forms import RegisterForm


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Zoé   Lambert ", "Zoé Lambert"),
        ("Zoe\u0301", "Zoé"),
        ("Zo\u200bé\u00ad La\u202emb\u2066ert\ufeff", "Zoé Lambert"),
        ("Zo\x00é\x07", "Zoé"),
        ("Zoé\nLambert\t\u2028x", "Zoé Lambert x"),
        ("\u3164\u2800", ""),
        ("שרה לוי", "שרה לוי"),
        ("O’Brien-d'Hé <b>", "O’Brien-d'Hé <b>"),
    ],
)
def test_tidied(typed, kept):
    assert tidied(typed) == kept


def test_name_of_nothing_that_is_seen_is_missing():
    class Form(forms.Form):
        name = NameField()

    assert Form({"name": "\u200b\u202e"}).errors["name"].as_data()[0].code == "required"
    assert Form({"name": "Zo\u200bé"}).is_valid()


def test_verb_that_every_path_calls_tidies_names(db):
    person, shop = arriving.person_of(programme=make_programme(), name="Zo\u200bé", shop="Fleurs\u202e Zoé")
    assert (person.name, shop.name) == ("Zoé", "Fleurs Zoé")


@pytest.mark.parametrize("form", [RegisterForm, SomebodyForm])
@pytest.mark.parametrize("field", ["name", "shop", "helper_name"])
def test_every_form_tidies_names(form, field):
    assert form.base_fields[field].clean("Zo\u200bé") == "Zoé"
