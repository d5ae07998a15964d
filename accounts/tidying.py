"""Forgetting what has expired: sessions, and what the rate limits counted (fingerprints of addresses, networks)."""

from importlib import import_module

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone


def tidy() -> int:
    """Returns how many rows of the cache were dropped; the cache itself would only do so once it is full."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]  # DatabaseCache, see settings
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608  the table's name is ours
        return int(cursor.rowcount)
