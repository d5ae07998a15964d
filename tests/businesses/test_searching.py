"""Staff find somebody by a part of a name, of an e-mail, of a phone or of a shop."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection

from businesses.models import Business, Person
from businesses.searching import key_of, words_of
from tests.programmes.makers import make_programme


@pytest.fixture
def people(db):
    return [
        Person.objects.create(name="Élodie Noël", email="e.noel@fleurs.example", phone="081223344"),
        Person.objects.create(name="Noël Dupont", phone="0470112233"),
        Person.objects.create(name="محل الزهور"),
    ]


def found(rf, term):
    pages = admin.site.get_model_admin(Person)
    chosen, _may_repeat = pages.get_search_results(rf.get("/"), Person.objects.order_by("pk"), term)
    return [person.name for person in chosen]


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("elodie", ["Élodie Noël"]),
        ("NOËL", ["Élodie Noël", "Noël Dupont"]),
        ("noel dupont", ["Noël Dupont"]),
        ("e.noel@fleurs.example", ["Élodie Noël"]),
        ("0470 11 22 33", ["Noël Dupont"]),
        ("2233", ["Élodie Noël", "Noël Dupont"]),
        ("الزهور", ["محل الزهور"]),
        ("100%", []),
        ("_", []),
    ],
)
def test_person_is_found_by_parts_in_any_spelling(people, rf, term, names):
    assert found(rf, term) == names


def test_key_follows_what_is_changed(people, rf):
    first = people[0]
    first.name = "Élodie Lambert"
    first.save(update_fields=["name"])
    assert (found(rf, "lambert"), found(rf, "elodie noel lambert")) == (["Élodie Lambert"], ["Élodie Lambert"])


def test_words_keep_what_folding_would_lose():
    assert words_of("L’Été, 2026 محل !") == ["l", "ete", "2026", "محل", "!"]
    assert key_of(["Œuvre", "", "081/22"]) == "oeuvre 081 22"


def test_migration_fills_the_keys_of_those_who_were_there(people):
    Person.objects.update(search_key="")
    import_module("businesses.migrations.0004_search_by_a_part").fill(apps, None)
    assert Person.objects.get(pk=people[0].pk).search_key == "elodie noel e noel fleurs example 081223344"


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Person.objects.containing("dupont"), "person_by_part"),
        (lambda: Business.objects.containing("dupont"), "business_by_part"),
        (lambda: Person.objects.filter(email="e.noel@fleurs.example"), "person_by_email"),
        (lambda: Person.objects.filter(phone="081223344"), "person_by_phone"),
    ],
)
def test_an_index_serves(people, rows, index):
    """Told not to read whole tables, PostgreSQL finds what it looks for by this index."""
    Business.objects.create(programme=make_programme(), name="Dupont")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in rows().order_by().explain()
