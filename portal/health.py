"""Two answers for whoever watches the portal: /healthz, the process lives; /readyz, all it stands on is there."""

import time
from collections.abc import Callable

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from outbox.models import Job
from portal.demo import loading

BROKER_SECONDS = 0.25  # to connect, and again to answer
DATABASE_SECONDS = 2  # the least that PostgreSQL's client library knows


class NotReady(Exception):
    """The message is shown to anyone: it names what is missing, never where it is."""


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    checks = {"database": asked(check_database), "broker": asked(check_broker)}
    for name, check in IN_DATABASE.items():
        checks[name] = asked(check if checks["database"]["ok"] else no_database)
    is_ready = all(check["ok"] for check in checks.values())
    if settings.DEMO:  # its pages answer before its activity is there
        checks["demo"] = demo_part() if checks["database"]["ok"] else {"ok": False, "state": "unknown"}
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


def asked(check: Callable[[], None]) -> dict[str, object]:
    """Whether it is there, in how many milliseconds it answered, and what is missing."""
    started = time.perf_counter()
    try:
        check()
        missing = None
    except NotReady as reason:
        missing = str(reason)
    except Exception as error:  # noqa: BLE001  # whatever fails is an answer of this page
        missing = type(error).__name__
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"ok": missing is None, "ms": took} | ({"missing": missing} if missing else {})


def check_database() -> None:
    """By a connection of its own: those of the pool may be waited for longer than a probe has patience."""
    parameters = {**connection.get_connection_params(), "connect_timeout": DATABASE_SECONDS}
    with psycopg.connect(**parameters) as own:
        own.execute("SELECT 1")


def check_broker() -> None:
    broker = Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    with broker:
        broker.ping()


def check_migrations() -> None:
    executor = MigrationExecutor(connection)
    unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if unapplied:
        raise NotReady(f"{len(unapplied)} migrations to apply")


def check_content() -> None:
    if not apps.get_model("programmes", "Programme").objects.exists():
        raise NotReady("no programme is loaded")


def demo_part() -> dict[str, object]:
    """Whether all of the demo's activity is there, else how far it has come."""
    job = loading.job()
    if job is None:
        return {"ok": False, "state": "not asked for"}
    return {"ok": job.state == Job.State.DONE, "state": job.state, "steps": job.steps_done, "of": job.steps_total}


def no_database() -> None:
    raise NotReady("not asked, for want of a database")


IN_DATABASE = {"migrations": check_migrations, "content": check_content}
