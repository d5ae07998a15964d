"""Imported by the worker of the tests (workers.py): the test's own broker prefix, files, templates and makers."""

import os
from pathlib import Path

from celery.signals import worker_process_init, worker_ready
from django.conf import settings
from django.template import engines

import tests.outbox.makers  # noqa: F401  registers them
from portal.celery import app
from tests.workers import die_with_parent

die_with_parent(int(os.environ["TEST_PARENT"]))
WORKER = os.getpid()
app.conf.broker_transport_options |= {"global_keyprefix": os.environ["TEST_BROKER_PREFIX"]}
settings.MEDIA_ROOT = os.environ["TEST_FILES"]
engines["django"].engine.dirs.append(Path(__file__).parent / "outbox" / "templates")


@worker_process_init.connect
def end_with_the_worker(**_signal):
    die_with_parent(WORKER)


@worker_ready.connect
def say_so(**_signal):
    Path(os.environ["TEST_READY"]).touch()
