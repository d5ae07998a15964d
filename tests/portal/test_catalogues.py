from io import BytesIO, StringIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.core.management import CommandError, call_command

from portal import catalogues


@pytest.fixture
def locale(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale"


def catalog(**translations: str) -> Catalog:
    result = Catalog(locale="fr")
    for message, string in translations.items():
        result.add(message, string)
    return result


def troubles(message: str | tuple[str, str], string: str | tuple[str, str], language: str = "fr") -> list[str]:
    result = Catalog(locale=language)
    result.add(message, string)
    return [problem.trouble.split(" ")[0].rstrip(":") for problem in catalogues.problems(language, result, result)]


def test_check_is_green():
    call_command("catalogues", "check", stdout=StringIO())


def test_templates_and_code_are_extracted(settings, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}\n  <p>It's {% translate 'one' context 'number' %}</p>\n"
        "      {% blocktranslate count n=n trimmed %}\n  {{ n }} seat\n  {% plural %}\n  {{ n }} seats\n{% endblocktranslate %}\n"
        "   {{ _('in a variable') }}{# not (this #}"
    )
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "code.py").write_text(
        "gettext_lazy('two'); ngettext('%(n)s day', '%(n)s days', 2); print('no')"
    )
    found = {(catalogues.name(message), message.context) for message in catalogues.extracted(tmp_path) if message.id}
    assert found == {
        ("one", "number"),
        ("%(n)s seat", None),
        ("in a variable", None),
        ("two", None),
        ("%(n)s day", None),
    }


def test_extract_keeps_translations_and_drops_what_is_gone(locale):
    kept = catalogues.merged("fr", catalog(stay="", new=""), catalog(stay="reste", gone="parti"))
    assert {message.id: message.string for message in kept if message.id} == {"stay": "reste", "new": ""}


def test_writing_twice_changes_nothing(locale):
    assert catalogues.write("fr", catalog(b="deux", a="un")) is True
    assert catalogues.write("fr", catalogues.read("fr")) is False


def test_written_file_has_no_dates_and_no_lines(locale):
    catalogues.write("fr", catalog(b="deux", a="un"))
    text = catalogues.po_path("fr").read_text("utf-8")
    assert "Date" not in text and "#:" not in text
    assert text.index('"a"') < text.index('"b"')


def test_compiling_makes_what_is_stale_and_only_that(locale):
    catalogues.write("fr", catalog(seat="place"))
    assert catalogues.compile_stale() == ["fr"]
    assert catalogues.compile_stale() == []
    compiled = read_mo(BytesIO(catalogues.po_path("fr").with_suffix(".mo").read_bytes()))
    assert compiled.get("seat").string == "place"


def test_take_adds_a_translators_words(locale, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "extracted", lambda: catalog(seat="", city=""))
    part = tmp_path / "part.po"
    part.write_text('msgid "seat"\nmsgstr "place"\n', "utf-8")
    call_command("catalogues", "take", "fr", str(part), stdout=StringIO())
    assert catalogues.read("fr").get("seat").string == "place"


def test_check_fails_on_a_missing_message(locale, monkeypatch):
    monkeypatch.setattr(catalogues, "extracted", lambda: catalog(seat=""))
    with pytest.raises(CommandError, match="1 messages"):
        call_command("catalogues", "check", stdout=StringIO())


def test_what_is_obsolete_is_told():
    [problem] = catalogues.problems("fr", catalog(gone="parti"), catalog())
    assert problem.trouble.startswith("obsolete")


@pytest.mark.parametrize(
    ("message", "string", "expected"),
    [
        ("seat", "place", []),
        ("seat", "", ["missing"]),
        ("%(n)s seats", "%(n)s places", []),
        ("%(n)s seats", "des places", ["lost"]),
        ("%(n)s seats", "%(m)s places", ["broken", "lost"]),
        ("%(n)d seats", "%(n)s places", ["broken", "lost"]),
        ("{name} here", "{nom} ici", ["broken", "lost"]),
        (("one seat", "%(n)s seats"), ("une place", "%(n)s places"), []),
        (("one seat", "%(n)s seats"), ("une place", "des places"), ["lost"]),
        (("one seat", "%(n)s seats"), ("une place", ""), ["missing"]),
        ("Ready?", "Prêt ?", ["French"]),
        ("Ready?", "Prêt\u00a0?", []),
    ],
)
def test_translations_are_proofread(message, string, expected):
    assert troubles(message, string) == expected


def test_fuzzy_is_refused():
    doubtful = Catalog(locale="fr")
    doubtful.add("seat", "siège", flags=["fuzzy"])
    assert [problem.trouble.split(":")[0] for problem in catalogues.problems("fr", doubtful, catalog(seat=""))] == [
        "fuzzy"
    ]
