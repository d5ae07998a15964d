"""Every person at every address (tests/access_table.py): the answer is the one in the table, and no GET changes anything."""

import pytest
from django.test import override_settings

from outbox.models import Mail
from tests import access_world
from tests.access_table import GETS, PEOPLE, POSTS
from tests.access_world import rows_written, told


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield from access_world.lasting()


@pytest.mark.parametrize("person", PEOPLE)
def test_get(person, world, db):
    wrong = {}
    for line in GETS:
        before = rows_written()
        with world.asked(person, line) as response:
            found, changed = told(response), rows_written() != before
        if (found, changed) != (line.expected[person], False):
            wrong[str(line)] = f"{found}{' and it changed rows' if changed else ''}, not {line.expected[person]}"
    assert wrong == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_post(person, world, db):
    wrong = {}
    for line in POSTS:
        with world.asked(person, line) as response:
            if told(response) != line.expected[person]:
                wrong[str(line)] = f"{told(response)}, not {line.expected[person]}"
    assert wrong == {}


# Pages that hold nothing of anybody: a browser may keep them
HOLDS_NOTHING = {
    *(
        "portal:home",
        "portal:programme",
        "portal:notices",
        "portal:colours",
        "diagnostics:trades",
        "diagnostics:places",
    ),
    *("trainings:topics", "trainings:session_calendar"),
    *("account_inactive", "account_logout", "mfa_index", "mfa_reauthenticate", "mfa_deactivate_totp"),
    *("mfa_generate_recovery_codes", "admin:jsi18n"),
}


@pytest.mark.parametrize("person", ["holder", "alice", "dana"])
def test_what_is_somebodys_is_stored_by_no_browser(person, world, db):
    kept = set()
    for line in GETS:
        if line.expected[person] == 200:
            with world.asked(person, line) as response:
                if "no-store" not in response.headers.get("Cache-Control", ""):
                    kept.add(line.name)
    assert kept - HOLDS_NOTHING == set()


def test_staff_see_neither_answers_nor_secrets(world, db):
    secret = [world.kept.code_digest, *world.kept.answers, *secrets_of_mails()]
    pages = [line for line in GETS if line.name.startswith("admin:") and line.expected["dana"] == 200]
    told = {}
    for line in pages:
        with world.asked("dana", line) as response:
            said = (response.getvalue() if response.streaming else response.content).decode()
            told |= {str(line): word for word in secret if word in said}
    assert told == {}


def secrets_of_mails():
    return filter(None, Mail.objects.values_list("secrets_sealed", flat=True))
