"""The portal as the web server of test_contention.py runs it: static files named as they lie in the tree."""

import os

from django.conf import settings

settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}

from portal.wsgi import application
from tests.workers import die_with_parent

die_with_parent(os.getppid())

__all__ = ["application"]
