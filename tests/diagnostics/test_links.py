from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from diagnostics import links
from diagnostics.models import Diagnostic

NEW_KEY = "another-key-0123456789-abcdefghij-klmnopqrst"


def code_of(diagnostic):
    return links.code_of(diagnostic.public_id)


def link_made_before(diagnostic, monkeypatch, **age):
    long_ago = (timezone.now() - timedelta(**age)).timestamp()
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: long_ago)
        return links.secret_path(diagnostic)


def test_code_is_eight_signs_that_do_not_look_alike(diagnostic):
    code = code_of(diagnostic)
    assert (len(code), set(code) - set(links.CODE_ALPHABET)) == (8, set())
    assert set("01OI") & set(links.CODE_ALPHABET) == set()


def test_code_alphabet_gives_every_sign_the_same_chance():
    assert 256 % len(links.CODE_ALPHABET) == 0


@pytest.mark.parametrize("written", ["{0}", "{0}-{1}", " {0} {1} ", "{0}–{1}."])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_code_is_found_however_typed(diagnostic, client, written, case):
    code = code_of(diagnostic)
    typed = case(written.format(code[:4], code[4:]) if "1" in written else code)

    response = client.post(reverse("diagnostics:resume"), {"code": typed})

    assert response.url == reverse("diagnostics:page", args=[diagnostic.public_id, "found"])


def test_code_is_found_with_an_old_key(diagnostic, client, settings):
    code = code_of(diagnostic)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, [settings.SECRET_KEY]

    response = client.post(reverse("diagnostics:resume"), {"code": code})

    assert response.url == reverse("diagnostics:page", args=[diagnostic.public_id, "found"])


def test_code_shown_after_a_change_of_keys_is_the_one_that_opens(diagnostic, settings):
    shown = links.own_code(diagnostic)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, [settings.SECRET_KEY]

    assert links.own_code(diagnostic) == shown


def test_code_is_not_to_be_had_from_the_row(diagnostic, settings):
    """Whoever reads the database but not the secret key can neither make the code nor check a guess."""
    made_with_the_key = code_of(diagnostic), links.digest_of(code_of(diagnostic))
    row = str(Diagnostic.objects.values().get())
    settings.SECRET_KEY = NEW_KEY

    assert made_with_the_key[0] not in row
    assert links.code_of(diagnostic.public_id) != made_with_the_key[0]
    assert links.digest_of(made_with_the_key[0]) != made_with_the_key[1]


def test_link_opens_its_diagnostic(diagnostic, client):
    response = client.post(links.secret_path(diagnostic))
    assert response.url == reverse("diagnostics:page", args=[diagnostic.public_id, "found"])


def test_link_of_a_completed_one_opens_its_result(completed, client):
    assert client.post(links.secret_path(completed)).url == reverse("diagnostics:result", args=[completed.public_id])


def test_link_made_with_an_old_key_opens(diagnostic, client, settings):
    path = links.secret_path(diagnostic)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, [settings.SECRET_KEY]
    assert client.post(path).url == reverse("diagnostics:page", args=[diagnostic.public_id, "found"])


def test_link_with_one_character_changed_opens_nothing(diagnostic, client):
    path = links.secret_path(diagnostic)
    start = len(reverse("diagnostics:resume_link", args=["x"])) - 2
    for place in range(start, len(path) - 1):
        other = "b" if path[place] == "a" else "a"
        with pytest.raises(links.BadLink):
            links.public_id_in(path[start:place] + other + path[place + 1 : -1])

    response = client.post(path[:-3] + ("b" if path[-3] == "a" else "a") + path[-2:])

    assert response.status_code == 404
    assert "This link is not complete" in response.content.decode()
    assert "diagnostics" not in client.session


@pytest.mark.parametrize("token", ["x", "%ff%fe", "a:b:c", "é", "a" * 2000])
def test_link_that_never_was_one_opens_nothing(db, client, token):
    response = client.get(f"/diagnostic/resume/{token}/")
    assert (response.status_code, "This link is not complete" in response.content.decode()) == (404, True)


def test_link_signed_for_something_else_opens_nothing(diagnostic):
    with pytest.raises(links.BadLink):
        links.public_id_in(signing.dumps(str(diagnostic.public_id), salt="trainings.interest"))


def test_link_of_a_year_opens_and_one_of_more_says_that_it_is_old(diagnostic, client, monkeypatch):
    young, old = (link_made_before(diagnostic, monkeypatch, days=days) for days in (364, 366))

    response = client.post(old)

    assert client.post(young).status_code == 302
    assert response.status_code == 410
    assert "This link is too old" in response.content.decode()


def test_link_followed_by_a_mail_scanner_opens_nothing(diagnostic, client):
    response = client.get(links.secret_path(diagnostic))

    assert "Here is your diagnostic" in response.content.decode()
    assert "sessionid" not in response.cookies
    assert dict(client.session) == {}


def test_resume_page_looked_at_opens_nothing(diagnostic, client):
    response = client.get(reverse("diagnostics:resume"), {"code": code_of(diagnostic)})
    assert "sessionid" not in response.cookies
    assert dict(client.session) == {}


def test_code_that_is_nobody_s_opens_nothing(diagnostic, client):
    response = client.post(reverse("diagnostics:resume"), {"code": "AAAA-AAAA"})

    assert response.status_code == 422
    assert "There is no diagnostic with this code" in response.content.decode()
    assert 'value="AAAA-AAAA"' in response.content.decode()
    assert "diagnostics" not in client.session


def test_codes_tried_thirty_times_are_refused_even_the_right_one(diagnostic, client):
    told = [client.post(reverse("diagnostics:resume"), {"code": f"AAAA-AA{n:02}"}).status_code for n in range(30)]

    response = client.post(reverse("diagnostics:resume"), {"code": code_of(diagnostic)})

    assert (set(told), response.status_code) == ({422}, 429)
    assert "Too many tries. Wait ten minutes" in response.content.decode()
    assert "diagnostics" not in client.session


def test_codes_tried_from_elsewhere_leave_the_others_their_tries(diagnostic, client):
    for _ in range(31):
        client.post(reverse("diagnostics:resume"), {"code": "AAAA-AAAA"}, REMOTE_ADDR="192.0.2.1")

    response = client.post(reverse("diagnostics:resume"), {"code": code_of(diagnostic)}, REMOTE_ADDR="192.0.2.2")

    assert response.status_code == 302
