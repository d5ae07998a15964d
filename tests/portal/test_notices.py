"""The privacy notice: it says what retention.yaml says."""

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from portal import loading, retention
from portal.notices import NAME, paragraphs, time_of
from questionnaires.files import BadContent

CONTENT = settings.CONTENT_DIR / "commerce-connecte"
# What a person meets; the other rules are of staff, of machines, or hang on one of these.
MUST_BE_SAID = {
    *("account", "person", "shop", "way-to-a-result", "words-about-a-seat", "typed-list", "proof", "interest"),
    *("session", "used-invitation", "words-on-a-slip", "mail", "made-file", "contact-of-a-city"),
}


def notice(language):
    return yaml.safe_load((CONTENT / "programme.yaml").read_text("utf-8"))["legal"]["privacy"][language]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_notice_names_the_times_by_their_rules(language):
    assert set(NAME.findall(notice(language))) == MUST_BE_SAID
    assert all(time_of(name) for name in MUST_BE_SAID)


@pytest.mark.django_db
def test_page_says_the_times_of_the_rules(client, commerce):
    page = client.get(reverse("portal:notices", args=["commerce-connecte"]), headers={"accept-language": "en"})
    html = page.content.decode()
    assert "They are erased 3 years after the last thing that you did" in html
    assert ("<h3>The slip</h3>" in html, NAME.search(html)) == (True, None)


def test_another_rule_is_another_time(in_english, monkeypatch):
    text = retention.RETENTION_FILE.read_text("utf-8").replace("keep: 3 years", "keep: 8 days")
    monkeypatch.setattr("portal.notices.retention", lambda: retention.read_retention(text))
    assert [part.text for part in paragraphs("# Times\n\nErased after {person}.")] == ["Times", "Erased after 8 days."]


def test_notice_that_names_no_rule_is_not_loaded(tmp_path):
    folder = tmp_path / "commerce-connecte"
    folder.mkdir()
    for file in CONTENT.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    file = folder / "programme.yaml"
    file.write_text(file.read_text("utf-8").replace("{person}", "{nobody}"), "utf-8")
    with pytest.raises(BadContent) as raised:
        loading.read(folder)
    assert ["{nobody} names no time" in str(problem) for problem in raised.value.problems] == [True, True]
