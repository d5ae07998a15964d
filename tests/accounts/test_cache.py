"""Rate limits and used codes count in every process, and until their time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from accounts import tidying


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        return cursor.fetchone()[0]


def let_expire(key):
    with connection.cursor() as cursor:
        past = datetime.now(UTC) - timedelta(seconds=1)
        cursor.execute("UPDATE portal_cache SET expires = %s WHERE cache_key LIKE %s", [past, f"%:{key}"])


@pytest.mark.django_db
def test_what_is_set_is_read_and_set_again():
    cache.clear()
    cache.set("tries", [1], 60)
    cache.set("tries", [1, 2], 60)
    assert (cache.get("tries"), rows()) == ([1, 2], 1)


@pytest.mark.django_db
def test_what_stands_is_not_added():
    assert (cache.add("lock", "mine", 60), cache.add("lock", "yours", 60)) == (True, False)
    assert cache.get("lock") == "mine"


@pytest.mark.django_db
def test_what_has_expired_is_neither_read_nor_in_the_way():
    cache.set("lock", "old", 60)
    let_expire("lock")
    assert cache.add("lock", "new", 60)
    assert cache.get("lock") == "new"
    let_expire("lock")
    assert cache.get("lock") is None


@pytest.mark.django_db
def test_kept_longer_is_still_there():
    cache.set("code", True, 60)
    let_expire("code")
    assert cache.touch("code", 60)
    assert cache.get("code") is True
    assert not cache.touch("another", 60)


@pytest.mark.django_db
def test_without_a_time_it_stays():
    cache.set("for-ever", 1, None)
    tidying.tidy()
    assert cache.get("for-ever") == 1


@pytest.mark.django_db
def test_each_write_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(3):
        cache.set("tries", [1], 60)
        cache.add("lock", True, 60)
        cache.add("lock", True, 60)


@pytest.mark.django_db(transaction=True)
def test_added_by_many_at_once_it_is_one():
    def add(number):
        try:
            return cache.add("lock", number, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(add, range(8))].count(True) == 1
