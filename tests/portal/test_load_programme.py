import csv
import re
import runpy
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from businesses.models import Family, SubSector
from portal import loading
from programmes.models import Campaign, City, Programme
from questionnaires.models import Version
from tests.portal.small_programme import change, write
from trainings.models import Topic

CONTENT = django_settings.CONTENT_DIR / "commerce-connecte"


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path)


def load(folder, *options):
    out = StringIO()
    call_command("load_programme", str(folder), *options, stdout=out)
    return out.getvalue().splitlines()


def mistakes(folder, *options):
    """What is told about a folder that is wrong, each without the folder."""
    err = StringIO()
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("load_programme", str(folder), *options, stdout=StringIO(), stderr=err)
    return [line.removeprefix(f"{folder}/") for line in err.getvalue().splitlines()]


def everything():
    models = (Programme, Campaign, City, Family, SubSector, Topic, Version)
    return {model: [*model.objects.order_by("pk").values()] for model in models}


@pytest.mark.django_db
def test_load_puts_everything_in_place(folder):
    assert load(folder) == [
        "programmes: 1 created",
        "campaigns: 2 created",
        "cities: 2 created",
        "groupings of cities: 2 created",
        "families of trades: 2 created",
        "sub-sectors: 3 created",
        "training topics: 2 created",
        "questionnaire small/small: version 1",
    ]
    programme = Programme.objects.get()
    assert (programme.names, programme.questionnaire.code) == ({"fr": "Petit", "en": "Small"}, "small/small")
    assert City.objects.get(code="62063").shops == 812
    assert [str(city) for city in programme.cities.all()] == ["Liège", "Namur"]
    assert SubSector.objects.get(code="florist").family.code == "nature"
    assert Topic.objects.get(code="begin").data["title"] == {"fr": "Début", "en": "Begin"}
    assert Group.objects.filter(name="programme-staff").exists()


@pytest.mark.django_db
def test_load_again_changes_nothing(folder):
    load(folder)
    before = everything()
    assert load(folder) == [f"{folder}: nothing to change."]
    assert everything() == before


@pytest.mark.django_db
def test_load_updates_what_changed(folder):
    load(folder)
    change(folder, "cities.csv", "5000 5100,namur,", "5000,namur,640")
    change(folder, "programme.yaml", "Une, en: One", "Première, en: First")
    assert load(folder) == ["campaigns: 1 updated, 1 unchanged", "cities: 1 updated, 1 unchanged"]
    assert City.objects.get(code="92094").shops == 640
    assert City.objects.matching("5100").count() == 0


@pytest.mark.django_db
def test_load_withdraws_what_is_gone_and_takes_it_back(folder):
    load(folder)
    namur = City.objects.get(code="92094")
    change(folder, "cities.csv", "92094,Namur,Namen,5000 5100,namur,\n", "")
    assert load(folder) == ["cities: 1 withdrawn, 1 unchanged", "groupings of cities: 1 updated, 1 unchanged"]
    assert [city.code for city in City.objects.offered()] == ["62063"]
    assert load(folder) == [f"{folder}: nothing to change."]
    write(folder.parent)
    assert load(folder) == ["cities: 1 offered again, 1 unchanged", "groupings of cities: 1 updated, 1 unchanged"]
    assert City.objects.offered().get(code="92094").pk == namur.pk


@pytest.mark.django_db
def test_load_of_two_programmes_touches_only_its_own(folder, tmp_path):
    load(folder)
    other = folder.rename(tmp_path / "other")
    change(other, "programme.yaml", "code: small", "code: other")
    assert load(other)[2] == "cities: 2 created"
    assert (City.objects.offered().count(), City.objects.count()) == (4, 4)


@pytest.mark.django_db
def test_programme_that_is_over_is_withdrawn_and_may_return(folder):
    load(folder)
    change(folder, "programme.yaml", "code: small", "code: small\nwithdrawn: true")
    assert load(folder) == ["programmes: 1 withdrawn"]
    assert Programme.objects.offered().count() == 0
    write(folder.parent)
    assert load(folder) == ["programmes: 1 offered again"]


@pytest.mark.django_db
def test_questionnaire_that_changed_makes_the_next_version(folder):
    load(folder)
    first = Version.objects.get()
    change(folder, "questionnaire.yaml", "Quoi, en: What", "Que faites-vous, en: What")
    assert load(folder) == ["questionnaire small/small: version 2"]
    second = Version.objects.latest_of("small/small")
    assert (first.question("kind")["text"]["fr"], second.question("kind")["text"]["fr"]) == ("Quoi", "Que faites-vous")


@pytest.mark.django_db
def test_missing_translation_is_listed_and_falls_back(folder):
    change(folder, "programme.yaml", "name: {fr: Petit, en: Small}", "name: {fr: Petit}")
    change(folder, "topics.yaml", "Suite, en: Go on", "Suite")
    lines = [line.removeprefix(f"{folder}/") for line in load(folder)]
    assert [line[:26] for line in lines[:2]] == ["programme.yaml:3: `name` h", "topics.yaml:8: `title` has"]
    assert Programme.objects.get().names == {"fr": "Petit", "en": "Petit"}
    assert Topic.objects.get(code="go-on").data["title"] == {"fr": "Suite", "en": "Suite"}


@pytest.mark.django_db
def test_every_mistake_of_every_file_is_told_and_nothing_is_applied(folder):
    load(folder)
    before = everything()
    change(folder, "programme.yaml", "name: {fr: Petit, en: Small}", "name: {en: Small}")
    change(folder, "cities.csv", "812", "many")
    change(folder, "questionnaire.yaml", "points: 2, text: {fr: Tout", "text: {fr: Tout")
    change(folder, "topics.yaml", "{kind: 1, more:", "{kid: 1, more:")
    change(folder, "sectors.yaml", '"47.76"', '"4776"')
    told = mistakes(folder)
    assert sorted({line.split(":")[0] for line in told}) == sorted(
        ["programme.yaml", "cities.csv", "questionnaire.yaml", "topics.yaml", "sectors.yaml"]
    )
    assert (
        "cities.csv:3: `many` is not a number of shops; write a whole number, or nothing when it is not known" in told
    )
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("programme.yaml", "code: small", "code: big", "1: the code is `big` and the folder `small`"),
        ("programme.yaml", "[fr, en]", "[fr, es]", "2: “es” is not a language of the portal"),
        ("programme.yaml", "[fr, en]", "[fr, fr]", "2: a language stands twice"),
        ("programme.yaml", "[fr, en]", "[]", "2: `languages` needs at least 1"),
        ("programme.yaml", "{fr: Petit, en: Small}", "{en: Small}", "3: the text in “fr” is missing; write it"),
        ("programme.yaml", "#0e5a64", "petrol", "4: “petrol” is not a colour"),
        ("programme.yaml", "#0e5a64", "#f0b13c", "4: “#f0b13c” is too pale"),
        ("programme.yaml", "team@small.example", "team", "5: “team” is not an e-mail address"),
        ("programme.yaml", "be.vat", "be.vta", "12: “be.vta” is not a rule of python-stdnum"),
        ("programme.yaml", "[1-9][0-9]{3}", "[1-9", "13: “[1-9” is not a regular expression"),
        ("programme.yaml", "2016-02-01", "1 February", "18: “1 February” is not a day; write it like 2016-02-01"),
        ("programme.yaml", "2016-12-31", "2016-01-31", "18: it ends on 2016-01-31, before it starts"),
        ("programme.yaml", "2016-12-31", "2017-01-01", "19: `second` starts before `first` is over"),
        ("programme.yaml", "code: second", "code: first", "19: `first` stands twice"),
        ("programme.yaml", "enterprise_number", "enterprise_numbers", "12: `enterprise_numbers` is not a key"),
        ("programme.yaml", "legal:", "legal: [", "8: not valid YAML"),
        ("cities.csv", ",name_fr,", ",name,", "1: the first line must name the columns; missing: name_fr"),
        ("cities.csv", ",shops", ",shop", "1: the first line must name the columns; missing: shops"),
        ("cities.csv", ",shops", ",shops,mayor", "1: unknown columns: mayor"),
        ("cities.csv", "name_nl", "name_fr", "1: a column stands twice"),
        ("cities.csv", "62063", "92094", "3: `92094` stands already in line 2"),
        ("cities.csv", "62063", "", "3: `` is not a code of a municipality"),
        ("cities.csv", "Liège", "", "3: `name_fr` is empty"),
        ("cities.csv", "4000,", "40000,", "3: `40000` is not a postal code"),
        ("cities.csv", "4000,", ",", "3: `postal_codes` is empty"),
        ("cities.csv", "4000,", "4000 4000,", "3: a postal code stands twice"),
        ("cities.csv", "liege,", "flandre,", "3: `flandre` is not a province of programme.yaml; choose one of"),
        ("cities.csv", "812", "-5", "3: `-5` is not a number of shops"),
        ("cities.csv", "812", "812,1", "3: 7 columns instead of 6"),
        ("cities.csv", "Namur", '"Namur', "1: not a CSV file"),
    ],
)
def test_mistake_is_told_with_its_line_and_what_to_do(folder, name, old, new, told):
    change(folder, name, old, new)
    line, _, words = told.partition(": ")
    assert [one for one in mistakes(folder, "--check") if one.startswith(f"{name}:{line}: ") and words in one] != []


@pytest.mark.parametrize("name", ["programme.yaml", "cities.csv", "topics.yaml"])
def test_wrong_encoding_is_told_with_its_line(folder, name):
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_bytes(text.encode("latin-1"))
    line = 1 + next(number for number, line in enumerate(text.splitlines()) if not line.isascii())
    assert f"{name}:{line}: the file is not in UTF-8; save it again in that encoding" in mistakes(folder, "--check")


@pytest.mark.parametrize("name", ["programme.yaml", "cities.csv", "questionnaire.yaml"])
def test_missing_file_is_told(folder, name):
    (folder / name).unlink()
    assert f"{name}:1: the file is missing or can't be read; add it" in mistakes(folder, "--check")


def test_folder_that_is_none_is_told(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        load(tmp_path / "nowhere")


@pytest.mark.django_db
def test_cities_as_spreadsheets_write_them_are_read(folder):
    text = "\ufeff" + (folder / "cities.csv").read_text(encoding="utf-8").replace(",", ";").replace("\n", "\r\n")
    (folder / "cities.csv").write_text(text, encoding="utf-8", newline="")
    load(folder)
    assert City.objects.get(code="62063").names == {"fr": "Liège", "nl": "Luik", "en": "Liège"}


@pytest.mark.django_db
def test_check_only_reads(folder, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert load(folder, "--check") == ["No profiles.yaml: the advice was not judged."]
    assert Programme.objects.count() == 0


def test_check_fails_when_the_advice_is_not_good(folder, monkeypatch):
    judgement = type("Judged", (), {"figures": ("1 case",), "failures": ("topic `begin` appears nowhere",)})
    monkeypatch.setattr("portal.management.commands.load_programme.judge_folder", lambda *told: judgement)
    err = StringIO()
    with pytest.raises(CommandError, match="the advice that they give is not"):
        call_command("load_programme", str(folder), "--check", stdout=StringIO(), stderr=err)
    assert err.getvalue() == "topic `begin` appears nowhere\n"


@pytest.mark.django_db
def test_crash_in_the_middle_applies_nothing(folder, monkeypatch):
    def crash(*told):
        raise RuntimeError("power cut")

    monkeypatch.setattr("trainings.loading.load", crash)
    with pytest.raises(RuntimeError):
        load(folder)
    assert (Programme.objects.count(), Version.objects.count(), City.objects.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_are_one_after_the_other(folder):
    read = loading.read(folder)

    def one(_):
        try:
            return loading.load(read).is_nothing_new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, range(2))) == [False, True]
    assert (City.objects.count(), Version.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_load_waits_for_another_before_it_touches_anything(folder):
    read = loading.read(folder)

    def load_there():
        try:
            loading.load(read)
        finally:
            connection.close()

    there = threading.Thread(target=load_there)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [loading.LOCK])
        there.start()
        assert waits(cursor)
        assert Group.objects.count() == 0
    there.join(10)
    assert Programme.objects.count() == 1


def waits(cursor):
    """Whether somebody comes to wait for the lock of loading."""
    for _ in range(200):
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", [loading.LOCK]
        )
        if cursor.fetchone()[0]:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db
def test_commerce_connecte_loads_and_its_advice_is_good(capsys):
    assert load(CONTENT, "--check")[-1] == "The files are good, and so is the advice that they give."
    load(CONTENT)
    counts = [model.objects.offered().count() for model in (City, SubSector, Topic, Campaign)]
    assert counts == [261, 37, 29, 3]
    assert Programme.objects.get().campaign_at(date(2026, 11, 21)).code == "demonstration"
    assert load(CONTENT) == [f"{CONTENT}: nothing to change."]


def test_cities_are_those_of_the_package():
    made = runpy.run_path(str(django_settings.BASE_DIR / "script" / "make-cities"), run_name="made")
    with (CONTENT / "cities.csv").open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert tuple(header) == made["HEADER"]
    assert [tuple(row) for row in rows] == made["rows"](made["known_shops"]())
    assert len(rows) == 261


def test_number_of_shops_is_nowhere_invented():
    """A figure may come in only with its public source, named in content/README.md."""
    with (CONTENT / "cities.csv").open(encoding="utf-8", newline="") as lines:
        assert {line["shops"] for line in csv.DictReader(lines)} == {""}


def test_nace_codes_are_four_digits_of_the_named_edition():
    content = loading.read(CONTENT).content.data
    assert content["edition"] == "NACE Rev. 2"
    codes = {code for trade in content["sub_sectors"] for code in trade["nace"]}
    assert [code for code in sorted(codes) if not re.fullmatch(r"47\.\d\d|10\.71|96\.02", code)] == []
