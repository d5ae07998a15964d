"""Guards that only show when many ask, or two in one instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from diagnostics import attaching
from diagnostics.models import Diagnostic
from outbox.models import Mail


def test_tell_me_counts_among_the_forty_mails_an_hour(completed, holding):
    client = holding(completed)
    mailed, told = (reverse(f"diagnostics:{name}", args=[completed.public_id]) for name in ("mail_link", "tell_me"))
    for number in range(40):
        client.post(mailed, {"email": f"shop{number}@fleurs.example"})

    response = client.post(told, {"topic": "photos", "wanted": "1", "email": "eve@fleurs.example"}, follow=True)

    assert [str(message) for message in response.context["messages"]][-1].startswith("Many mails were asked for")
    assert Mail.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_attach_by_two_at_once_gives_it_to_one(completed, alice, charlie, monkeypatch):
    """Both have seen that nobody keeps it before either does: the row's lock makes the second look again."""
    together = Barrier(2)
    monkeypatch.setattr(attaching, "bring", waiting(attaching.bring, together))

    def attach(user):
        try:
            attaching.attach(diagnostic=completed, user=user, name=f"Chez {user.name}", postal_code="5000")
        except attaching.KeptByAnother:
            return "kept by another"
        finally:
            connection.close()
        return user

    with ThreadPoolExecutor(2) as browsers:
        told = list(browsers.map(attach, (alice, charlie)))

    assert told.count("kept by another") == 1
    assert Diagnostic.objects.get().person.user in told


def waiting(function, together):
    """The same, once the other has come as far, or has had half a second to do so."""

    def after_the_other(**arguments):
        try:
            together.wait(0.5)
        except Exception:  # noqa: BLE001  the other waits for the lock, as it should
            together.abort()
        return function(**arguments)

    return after_the_other
