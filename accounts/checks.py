from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register


@register("security")
def demo_stays_on_this_machine(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[Error]:
    """The demo shows mails and codes of its people to whoever looks, so it may only be reached from its own machine."""
    if not settings.DEMO or is_loopback(settings.BASE_URL):
        return []
    return [
        Error(
            f"TREMPLIN_DEMO is on, but TREMPLIN_BASE_URL is {settings.BASE_URL}, which is not this machine.",
            hint="Unset TREMPLIN_DEMO in production; the demo runs on localhost only.",
            id="accounts.E001",
        )
    ]


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
