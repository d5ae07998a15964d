"""Finding a diagnostic again by its secret link or its printed code."""

from allauth.core import ratelimit
from django.http import HttpRequest

from diagnostics import links
from diagnostics.models import Diagnostic


class UnknownCode(Exception):
    """No diagnostic has this code."""


class TooManyTries(Exception):
    """Too many codes were tried from this address."""


def by_code(request: HttpRequest, typed: str) -> Diagnostic:
    """The diagnostic of a code as somebody typed it. Raises TooManyTries or UnknownCode."""
    if not ratelimit.consume(request, action="diagnostic_code"):
        raise TooManyTries
    found = Diagnostic.objects.with_labels().filter(code_digest__in=links.digests_for(typed)).first()
    if found is None:
        raise UnknownCode
    return found


def by_link(token: str) -> Diagnostic:
    """The diagnostic of a secret link. Raises links.BadLink or links.ExpiredLink."""
    found = Diagnostic.objects.with_labels().filter(public_id=links.public_id_in(token)).first()
    if found is None:
        raise links.BadLink
    return found
