"""My data, on a phone: had as files, and erased for good."""

import pytest
from django.utils import timezone

from accounts.models import User
from tests.conftest import user
from tests.trainings.sessions import make_person, make_session, register


@pytest.fixture
def alice_with_a_seat(commerce, namur):
    alice = user("alice@fleurs.example", name="Alice Dupont", language="en")
    session = make_session(commerce, cities=[namur])
    return register(session, person=make_person("Alice Dupont", alice.email, user=alice), at=timezone.now())


def test_my_data_is_downloaded_and_then_erased(visitor, worker, smtp, alice_with_a_seat):
    one = visitor().signs_in("alice@fleurs.example", smtp)
    one.goes("/my/").presses("Download or erase my data")
    one.inspect()
    one.presses("Make my files")
    readable = one.page.get_by_role("link", name="Download what I can read (PDF)")
    readable.wait_for()
    one.inspect()
    with one.page.expect_download() as started:
        readable.click()
    assert started.value.path().read_bytes()[:4] == b"%PDF"
    one.presses("See what would be erased")
    one.reads("Alice Dupont")
    one.inspect()
    one.presses("Go on to the last step")
    with one.refused(422):
        one.presses("Erase my data for good")
        one.page.wait_for_selector("#errors")
    one.inspect()
    one.page.fill("input[name=word]", "erase")
    one.presses("Erase my data for good")
    one.page.wait_for_url("**/erased/")
    one.inspect()
    assert not User.objects.filter(email="alice@fleurs.example").exists()
    alice_with_a_seat.refresh_from_db()
    assert (alice_with_a_seat.state, alice_with_a_seat.person.name) == ("cancelled", "")
