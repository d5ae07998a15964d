"""The lists of the admin are called what they list."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import User
from tests.trainings.staff import browser_of

# Its list is a grid of its own.
WITH_PAGES_OF_THEIR_OWN = {"engagement"}
LISTED = [model for model in admin.site._registry if model._meta.model_name not in WITH_PAGES_OF_THEIR_OWN]


@pytest.fixture
def administrator(db, monkeypatch):
    monkeypatch.setattr("accounts.admin_site.is_staff_with_second_factor", lambda request: True)
    return browser_of(User.objects.create_user("ada@programme.example", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_list_is_called_what_it_lists(model, administrator):
    page = administrator.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    title = str(capfirst(model._meta.verbose_name_plural))
    assert re.findall(r"<h1>(.*?)</h1>", page.text) == [title]
    assert re.findall(r"<title>\s*(?:.* \| )?(.*?) \| ", page.text) == [title]
