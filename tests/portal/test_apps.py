"""The names under which the admin lists our apps are words that are translated, not the names of folders."""

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise


def our_apps():
    return [each for each in apps.get_app_configs() if each.path.startswith(f"{settings.BASE_DIR}/{each.label}")]


def test_our_apps_are_found():
    assert {"portal", "businesses", "outbox"} <= {each.label for each in our_apps()}


@pytest.mark.parametrize("app", our_apps(), ids=lambda app: app.label)
def test_every_app_has_a_name_in_words(app):
    assert isinstance(app.verbose_name, Promise)
