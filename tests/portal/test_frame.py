"""What stands around every page is drawn once for all who see the same: of whom it is, and in which language, must tell."""

import re

import pytest
from django.urls import reverse

from tests.programmes.makers import make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def commerce():
    return make_programme("commerce", names={"fr": "Commerce connecté"}, taglines={"fr": "Pour les commerces"})


@pytest.fixture
def handwierk():
    return make_programme("handwierk", names={"fr": "e-Handwierk"}, legal_texts={"fr": "La Chambre"})


@pytest.fixture
def frame(client):
    """frame(programme) is the text around the page of a programme."""

    def read(programme, language="fr"):
        page = client.get(
            reverse("portal:programme", args=[programme.code]), headers={"accept-language": language}
        ).text
        around = re.sub(r"<main.*</main>", "", page.split("<body>")[1], flags=re.DOTALL)
        return re.sub(r"\s*<[^>]+>\s*", "|", around)

    return read


def test_each_programme_has_its_own_frame(frame, commerce, handwierk):
    words = ("Commerce connecté", "Pour les commerces", "e-Handwierk", "Mentions légales")
    assert [[word in frame(programme) for word in words] for programme in (commerce, handwierk, commerce)] == [
        [True, True, False, False],
        [False, False, True, True],
        [True, True, False, False],
    ]


def test_frame_changes_with_the_programme(frame, commerce):
    before = frame(commerce)
    commerce.legal_texts, commerce.contact_email = {"fr": "La Région"}, "bonjour@example.org"
    commerce.save(update_fields=["legal_texts", "contact_email"])
    now = frame(commerce)
    assert [word in before for word in ("Contact", "Mentions légales")] == [False, False]
    assert [word in now for word in ("Contact", "Mentions légales")] == [True, True]


def test_frame_is_in_the_reader_s_language(frame, commerce):
    shown = [frame(commerce, language) for language in ("fr", "en", "fr")]
    assert ["avec le logiciel libre Tremplin" in words for words in shown] == [True, False, True]
    assert ["with the free software Tremplin" in words for words in shown] == [False, True, False]
