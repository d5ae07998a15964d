import socket
import time

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client, override_settings

from launcher import probe
from outbox.models import Job
from portal import health
from portal.demo import loading


def test_healthz_answers_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain")


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.django_db
def test_probes_are_not_sent_to_https(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code in {200, 503}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_readyz_names_each_part_with_its_time(client: Client, some_content: None) -> None:
    answer = client.get("/readyz")
    checks = answer.json()["checks"]
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert list(checks) == ["database", "broker", "migrations", "content"]
    assert all(check["ok"] and check["ms"] >= 0 for check in checks.values())
    assert "max-age=0" in answer["Cache-Control"]


@override_settings(DEMO=True)
@pytest.mark.django_db
def test_readyz_of_the_demo_says_how_far_its_activity_has_come(client: Client, some_content: None) -> None:
    def part() -> tuple[bool, dict[str, object]]:
        answer = client.get("/readyz").json()
        return answer["ready"], answer["checks"]["demo"]

    assert part() == (True, {"ok": False, "state": "not asked for"})
    job = Job.objects.create(kind=loading.KIND, key=loading.KEY, steps_done=3, steps_total=9)
    assert part() == (True, {"ok": False, "state": "requested", "steps": 3, "of": 9})
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=job.requested_at)
    assert part()[1]["ok"] is True


@pytest.mark.django_db
def test_readyz_without_content_says_so(client: Client) -> None:
    apps.get_model("programmes", "Programme").objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["content"]["missing"] == "no programme is loaded"


@pytest.mark.django_db
def test_readyz_with_a_migration_to_apply_says_so(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert client.get("/readyz").json()["checks"]["migrations"]["missing"] == "1 migrations to apply"


@pytest.mark.django_db
def test_readyz_does_not_wait_for_a_broker_that_hangs(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with override_settings(REDIS_URL=url):
            started = time.perf_counter()
            answer = client.get("/readyz")
    assert answer.json()["checks"]["broker"]["missing"] == "TimeoutError"
    assert time.perf_counter() - started < 1
    assert answer.status_code == 503


@pytest.mark.django_db
def test_readyz_without_a_database_asks_nothing_of_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "host", "/nonexistent")
    checks = client.get("/readyz").json()["checks"]
    assert [name for name, check in checks.items() if not check["ok"]] == ["database", "migrations", "content"]
    assert checks["database"]["missing"] == "OperationalError"  # and nothing of where it is
    assert checks["content"]["missing"] == "not asked, for want of a database"


def test_probe_asks_under_a_name_that_the_portal_answers_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for hosts, asked in {"a.example,b.example": "a.example", ".example.org": "example.org", "*": "localhost"}.items():
        monkeypatch.setenv("TREMPLIN_ALLOWED_HOSTS", hosts)
        assert probe.allowed_host() == asked


@pytest.fixture
def some_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """A programme needs much; that one is there is all that is asked."""
    monkeypatch.setitem(health.IN_DATABASE, "content", lambda: None)
