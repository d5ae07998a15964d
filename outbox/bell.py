"""Ringing for a worker. Best effort and short: whoever is not heard here is found by the sweeper."""

import logging
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu import pools

from outbox.models import Work

logger = logging.getLogger(__name__)

# Seconds that one ring may wait for the broker.
PATIENCE = 1.0
# After a broker that did not answer, this process leaves it alone for so many seconds, so that a request that asks for
# three things, and the requests behind it, do not wait each time.
SILENCE = 10.0


class Bell:
    """The state of the broker as this process last met it."""

    def __init__(self) -> None:
        self.silent_until = 0.0

    def ring(self, work: type[Work], pk: int) -> bool:
        """Whether the broker took the message."""
        if time.monotonic() < self.silent_until:
            return False
        try:
            with self._producers().acquire(block=True, timeout=PATIENCE) as producer:
                current_app.send_task(work.TASK, [pk], producer=producer)
        except Exception as error:  # noqa: BLE001  refused, silent, full, read-only: every broker fails in its own way
            self.silent_until = time.monotonic() + SILENCE
            logger.warning("The broker does not answer (%s); the sweeper will find what is asked for.", error)
            return False
        return True

    def _producers(self) -> Any:
        """Connections of its own: a worker that gave up as early would lose its acknowledgements."""
        return pools.producers[current_app.connection_for_write(transport_options={"socket_timeout": PATIENCE})]


bell = Bell()


def ring_on_commit(work: Work) -> None:
    transaction.on_commit(partial(ring, type(work), [work.pk]), robust=True)


def ring(work: type[Work], ids: Iterable[int]) -> None:
    unheard = [pk for pk in ids if not bell.ring(work, pk)]
    if unheard:
        work._default_manager.filter(pk__in=unheard).update(rung_at=None)
