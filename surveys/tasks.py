"""What the worker must know of this app: its maker, the contexts of its mails, and what the clock asks for."""

from celery import shared_task

import surveys.printing  # noqa: F401  registers its maker
from surveys import closing, telling


@shared_task  # type: ignore[untyped-decorator]
def invite() -> None:
    telling.invite()


@shared_task  # type: ignore[untyped-decorator]
def remind() -> None:
    telling.remind()


@shared_task  # type: ignore[untyped-decorator]
def follow_up() -> None:
    telling.follow_up()


@shared_task  # type: ignore[untyped-decorator]
def close() -> None:
    closing.close_due()
