"""What the worker must know of this app: its makers, the context of its mail, and what the clock asks for."""

from typing import Any

from celery import shared_task

import reports.making  # noqa: F401  registers its maker
from outbox.mail import Secrets, context_of
from reports import quarterly


@shared_task  # type: ignore[untyped-decorator]
def release_quarter() -> None:
    quarterly.protect_ahead()
    quarterly.ask_for_all()


@context_of(quarterly.TEMPLATE)
def quarterly_context(ids: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    return quarterly.context(ids)
