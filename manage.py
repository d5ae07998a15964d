#!/usr/bin/env python
import os
import secrets
import sys

from django.core.management import execute_from_command_line

# These read files and answer: they ask neither database nor broker, and run without any of the environment.
READ_FILES_ONLY = [{"score"}, {"describe_format"}, {"load_programme", "--check"}]


def stand_in_for_the_environment() -> None:
    os.environ.setdefault("TREMPLIN_SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("DATABASE_URL", "postgresql:///none")
    os.environ.setdefault("REDIS_URL", "redis://localhost:0/0")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if any(words <= set(sys.argv[1:]) for words in READ_FILES_ONLY):
        stand_in_for_the_environment()
    execute_from_command_line(sys.argv)
