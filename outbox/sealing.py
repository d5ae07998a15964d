"""Codes and secret links at rest: encrypted under the portal's secret key until their mail is sent."""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class UnreadableSecrets(Exception):
    """Sealed under a key that is no longer known."""


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (salted_hmac("outbox.sealing", b"", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(secrets: Mapping[str, str] | None) -> str:
    return _cipher().encrypt(json.dumps(dict(secrets)).encode()).decode() if secrets else ""


def unseal(sealed: str) -> dict[str, str]:
    if not sealed:
        return {}
    try:
        secrets: dict[str, str] = json.loads(_cipher().decrypt(sealed))
    except InvalidToken as error:
        raise UnreadableSecrets from error
    return secrets
