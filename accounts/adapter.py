from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own form is not served: accounts are made by accounts.signing_in and by invitation."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("admin:index") if request.user.is_staff else super().get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> NoReturn:
        """Mail leaves by the outbox only (accounts.mailing), where codes are encrypted and nothing is lost."""
        raise RuntimeError(f"{template_prefix}: mail leaves by the outbox only")
