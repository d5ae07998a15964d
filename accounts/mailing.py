"""The mails of this app: each is one row in the outbox, rendered when it leaves."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation
from outbox.mail import TITLES, Secrets, queue
from rendering.languages import read_in

SIGN_IN_CODE = "account/emails/sign_in_code"
INVITATION = "account/emails/invitation"
TITLES |= {SIGN_IN_CODE: _("A code to sign in"), INVITATION: _("Invitation")}


def queue_sign_in_code(address: str, code: str) -> None:
    queue(template=SIGN_IN_CODE, to=address, language=read_in(), ids={}, secrets={"code": code})


def sign_in_code_context(ids: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    return {**secrets, "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}


def queue_invitation(invitation: Invitation) -> None:
    queue(
        template=INVITATION,
        to=invitation.user.email,
        language=invitation.user.language or read_in(),
        ids={"invitation": invitation.pk},
        by=invitation.invited_by,
    )


def invitation_context(ids: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    invitation = Invitation.objects.select_related("user", "invited_by").get(pk=ids["invitation"])
    return {"invitation": invitation, "sign_in_url": settings.BASE_URL + reverse("account_login")}
