from celery import shared_task

from accounts import mailing, tidying
from outbox.mail import context_of

context_of(mailing.SIGN_IN_CODE)(mailing.sign_in_code_context)
context_of(mailing.INVITATION)(mailing.invitation_context)


@shared_task  # type: ignore[untyped-decorator]
def tidy() -> None:
    tidying.tidy()
