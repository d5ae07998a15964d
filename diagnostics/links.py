"""The secret link and the printed code of a diagnostic: made from the secret key and the row, never stored."""

import re
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from diagnostics.models import Diagnostic

LINK_SALT = "diagnostics.link"
LINK_AGE_DAYS = 365
# No letters or digits that look alike on paper.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class BadLink(ValueError):
    """The link was changed on its way, or never was one of ours."""


class ExpiredLink(ValueError):
    """The link is too old."""


def secret_path(diagnostic: Diagnostic) -> str:
    """The path that resumes this diagnostic on any device."""
    token = signing.dumps(str(diagnostic.public_id), salt=LINK_SALT)
    return reverse("diagnostics:resume_link", args=[token])


def secret_url(diagnostic: Diagnostic) -> str:
    return f"{settings.BASE_URL}{secret_path(diagnostic)}"


def public_id_in(token: str) -> UUID:
    """The diagnostic that a secret link means. Raises BadLink or ExpiredLink."""
    try:
        return UUID(signing.loads(token, salt=LINK_SALT, max_age=LINK_AGE_DAYS * 86400))
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error


def code_of(public_id: UUID, secret: str | None = None) -> str:
    """The code to write down: eight characters (40 bits)."""
    digest = salted_hmac("diagnostics.code", public_id.hex, secret=secret, algorithm="sha256").digest()
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in digest[:CODE_LENGTH])


def own_code(diagnostic: Diagnostic) -> str:
    """The code by which this diagnostic is found, as it is read aloud: made with the key that was secret when it began."""
    codes = ((code_of(diagnostic.public_id, secret), secret) for secret in _secrets())
    return next((shown(code) for code, secret in codes if digest_of(code, secret) == diagnostic.code_digest), "")


def digest_of(code: str, secret: str | None = None) -> str:
    """What is stored of a code: enough to recognise it, not to know it."""
    return salted_hmac("diagnostics.code.digest", code, secret=secret, algorithm="sha256").hexdigest()


def shown(code: str) -> str:
    """The code in two groups, as it is read aloud."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str:
    """A code as somebody typed it: small letters, spaces and hyphens do no harm."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def digests_for(text: str) -> list[str]:
    """The fingerprints by which a typed code may be stored, old secret keys included."""
    code = typed(text)
    return [digest_of(code, secret) for secret in _secrets()]


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
