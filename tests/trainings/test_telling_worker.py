"""Mails about seats while the worker is killed, the mail server refuses and the broker forgets."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import leasing, tasks
from outbox.models import Mail
from tests.programmes.makers import make_city, make_programme
from tests.trainings.evenings import fill, make_evening
from tests.workers import wait_until
from trainings import telling


@pytest.fixture
def evening(transactional_db):
    return make_evening(make_city(make_programme()), capacity=1000)


def sent():
    return Mail.objects.sent().count()


def kill(worker):
    """Returns the mails that it was sending: only these may come twice. Their leases end, without waiting for it."""
    worker.kill()
    sending = Mail.objects.filter(state="sending")
    in_doubt = set(sending.values_list("message_id", flat=True))
    sending.update(lease_until=timezone.now() - timedelta(seconds=1))
    return in_doubt


def all_sent(count):
    """What the clock does, in seconds instead of minutes."""
    time.sleep(0.5)
    Mail.objects.filter(state="requested").update(not_before=None, rung_at=None)
    tasks.sweep()
    return sent() == count


def through_trouble(worker, smtp, evening, count):
    """Asks for so many mails while everything fails in turn: those owed, those in doubt, and those that came."""
    smtp.to_recipients.extend(["451 4.7.1 Greylisted", "250 OK", "451 4.3.2 Try later"] * (count // 10))
    smtp.to_messages.extend(["250 OK", "421 4.3.2 Closing"] * (count // 10))
    owed = {telling.mails_of(registration).get().message_id for registration in fill(evening, count)}

    wait_until(lambda: sent() >= count // 10, seconds=60)
    in_doubt = kill(worker)
    worker.empty_broker()
    worker.start()
    wait_until(lambda: all_sent(count) or sent() >= count // 5, seconds=60)
    smtp.hold()
    tasks.sweep()
    wait_until(smtp.is_waiting.is_set, seconds=30)
    in_doubt |= kill(worker)  # after DATA
    smtp.go_on.set()
    worker.start()
    wait_until(lambda: all_sent(count), seconds=300)
    return owed, in_doubt, [message["Message-ID"] for message in smtp.messages]


def check(owed, in_doubt, came):
    twice = {message_id for message_id, times in Counter(came).items() if times > 1}
    assert set(came) == owed
    assert twice and twice <= in_doubt
    assert max(Counter(came).values()) == 2
    assert not Mail.objects.exclude(state="sent").exists()


def test_thirty_mails_through_trouble_come_all_and_once(worker, smtp, evening):
    check(*through_trouble(worker, smtp, evening, 30))


@pytest.mark.long
def test_five_hundred_mails_through_trouble_come_all_and_once(worker, smtp, evening):
    assert leasing.SWEPT_AT_ONCE >= 500
    check(*through_trouble(worker, smtp, evening, 500))
