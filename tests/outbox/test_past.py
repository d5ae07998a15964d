from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from outbox import mail, past
from outbox.models import Mail

THEN = datetime(2016, 10, 4, 9, tzinfo=UTC)
LATER = THEN + timedelta(days=1)


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def queue(key="", to="zoe@fleurs.example", **fields):
    return mail.queue(template="trial", to=to, language="fr", ids={}, key=key, **fields)


def test_mails_of_the_past_are_rows_that_were_sent_then(db, demo, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as rung, past.telling(THEN) as told:
        queue("first")
        told.at = LATER
        queue("second", secrets={"code": "123456"})

    assert rung == []
    assert [*Mail.objects.order_by("pk").values_list("key", "state", "finished_at")] == [
        ("first", "sent", THEN),
        ("second", "sent", LATER),
    ]
    assert [*Mail.objects.order_by("pk").values_list("secrets_sealed", "secrets_erased_at")] == [
        ("", None),
        ("", LATER),
    ]


def test_mail_of_the_past_is_told_once(db, demo):
    for _again in range(2):
        with past.telling(THEN):
            queue("same")
    assert Mail.objects.count() == 1


def test_present_comes_back_after_the_past(db, demo):
    with past.telling(THEN):
        assert past.now() == THEN
    assert past.now() > LATER
    assert queue("now").state == "requested"


def test_past_that_breaks_off_is_over_and_leaves_no_mail(db, demo):
    with pytest.raises(ZeroDivisionError), past.telling(THEN):
        queue("lost")
        1 / 0  # noqa: B018  # any error will do
    assert (past.told(), Mail.objects.count()) == (None, 0)


def test_only_the_demo_tells_of_a_past(settings):
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured), past.telling(THEN):
        pass
