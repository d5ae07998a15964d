import os
import re
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from programmes.models import Programme
from questionnaires.models import Version
from rendering.colours import contrast

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "static" / "css" / "portal.css").read_text("utf-8")
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))


@pytest.fixture
def commerce(db, monkeypatch):
    """A programme whose questionnaire has 22 questions and takes 8 minutes."""
    prepared = SimpleNamespace(questionnaire={"minutes": 8}, questions=dict.fromkeys(range(22)))
    monkeypatch.setattr(Version.objects, "latest_of", lambda code: SimpleNamespace(prepared=prepared))
    return programme("commerce-connecte", "Commerce connecté", contact_email="bonjour@example.org")


@pytest.fixture
def handwierk(db):
    return programme("e-handwierk", "e-Handwierk", colour="#a3402a")


def programme(code, name, **more):
    return Programme.objects.create(
        code=code, names={"fr": name}, **{"languages": ["fr", "en"], "colour": "#0e5a64", **more}
    )


def visible(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1]).split())


# The style sheet


@pytest.mark.parametrize("ground", ["paper", "card", "programme-wash", "leaf-wash", "sun-wash", "clay-wash", "track"])
def test_ink_can_be_read_on_every_ground(ground):
    assert contrast(TOKENS["ink"], TOKENS[ground]) >= 7
    assert contrast(TOKENS["quiet"], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("colour", ["programme", "programme-dark", "leaf", "clay"])
def test_colours_can_be_read_on_paper_and_card(colour):
    assert contrast(TOKENS[colour], TOKENS["paper"]) >= 4.5
    assert contrast(TOKENS[colour], TOKENS["card"]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), [("edge", "card"), ("edge", "paper"), ("ink", "sun")])
def test_edges_of_fields_and_of_focus_can_be_seen(edge, ground):
    assert contrast(TOKENS[edge], TOKENS[ground]) >= 3


def test_css_asks_nothing_of_others():
    assert re.findall(r"url\(\"(?!\.\./)", CSS) == []
    assert "!important" not in CSS


# The templates


def test_templates_carry_no_inline_style_or_script():
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in {".html", ".svg"} and path.name != "document.html" and not {"emails", "pdf"} & set(path.parts)
        if re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", path.read_text("utf-8"))
    ]
    assert guilty == []


def test_server_error_page_needs_nothing():
    page = render_to_string("500.html")
    assert "<h1>" in page and "csrfmiddlewaretoken" not in page


# The pages


def test_home_of_the_only_programme(client, commerce):
    words = visible(client.get("/", headers={"Accept-Language": "en"}))
    assert "Where do you stand with digital?" in words
    assert "Questions 22 Time needed 8 minutes" in words


def test_home_has_one_primary_action(client, commerce):
    page = client.get("/").content.decode()
    assert re.findall(r'class="btn btn-primary" href="([^"]*)"', page) == [
        reverse("diagnostics:start", args=["commerce-connecte"])
    ]


def test_home_speaks_french(client, commerce):
    response = client.get("/", headers={"Accept-Language": "fr-BE,fr;q=0.9"})
    assert response.headers["Content-Language"] == "fr"
    assert "Où en êtes-vous avec le numérique\u00a0?" in response.content.decode()


def test_home_with_several_programmes_lets_one_choose(client, commerce, handwierk):
    page = client.get("/").content.decode()
    assert re.findall(r'class="btn" href="([^"]*)"', page) == ["/p/commerce-connecte/", "/p/e-handwierk/"]


def test_home_without_programmes_says_how_to_load_one(client, db):
    assert "manage.py load_programme content/commerce-connecte" in visible(client.get("/"))


def test_home_queries_do_not_grow(client, commerce, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/")


def test_programme_withdrawn_is_gone(client, commerce):
    Programme.objects.update(withdrawn_at="2026-01-01T00:00Z")
    assert client.get("/p/commerce-connecte/").status_code == 404


def test_notices_show_what_the_programme_gives(client, handwierk):
    Programme.objects.update(legal_texts={"fr": "Édité par la Chambre."}, privacy_texts={})
    page = client.get("/p/e-handwierk/about/").content.decode()
    assert 'id="legal"' in page and "Édité par la Chambre." in page
    assert 'id="privacy"' not in page and "about/#privacy" not in page


def test_notices_say_when_and_how_accessibility_was_checked(client, commerce):
    checked = {"accessibility_checked_on": date(2026, 11, 22), "accessibility_method_texts": {"fr": "À la main."}}
    Programme.objects.filter(pk=commerce.pk).update(accessibility_texts={"fr": "Pour tous."}, **checked)
    page = client.get("/p/commerce-connecte/about/").content.decode()
    assert "22 novembre 2026</h3><p>À la main.</p>" in page


def test_my_space_asks_to_sign_in(client, commerce):
    response = client.get("/my/")
    assert (response.status_code, response.url.split("?")[1]) == (302, "next=/my/")


def test_colours_are_a_style_sheet_to_keep(client):
    response = client.get("/colours/a3402a.css")
    assert response.content == b":root{--programme:#a3402a;--programme-dark:#792f1f;--programme-wash:#f4e8e5}"
    assert response.headers["Cache-Control"] == "public, max-age=2592000"


def test_colours_too_pale_to_read_are_refused(client, db):
    assert client.get("/colours/f0b13c.css").status_code == 404


def test_language_button_changes_the_language(client, commerce):
    response = client.post("/language/", {"language": "en", "next": "/p/commerce-connecte/"}, follow=True)
    assert response.redirect_chain == [("/p/commerce-connecte/", 302)]
    assert '<html lang="en">' in response.content.decode()


def test_language_buttons_are_those_of_the_programme(client, commerce, settings):
    settings.LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English")]
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert re.findall(r'name="language" value="(\w+)" lang="\w+">(\w+)<', page) == [("en", "English")]


def test_page_that_does_not_exist_says_what_to_do(client, commerce):
    response = client.get("/nowhere/", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert "There is nothing at this address" in visible(response)


def test_form_that_is_too_old_keeps_calm(commerce):
    response = Client(enforce_csrf_checks=True).post("/language/", headers={"Accept-Language": "en"})
    assert response.status_code == 403
    assert "Nothing was changed and nothing is lost" in visible(response)


# In a browser


@pytest.fixture(scope="session")
def browser_type_launch_args():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread that also makes the rows
    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    return {"executable_path": shutil.which("chromium"), "args": quiet.split()}


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280, 1440])
def test_home_never_scrolls_sideways_and_is_easy_to_touch(width, commerce, live_server, page):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    small = "[...document.querySelectorAll('a, button')].filter(e => !e.closest('p, .skip') && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    assert page.evaluate(small) == []
