"""portal/retention.yaml against the tables as they are, and against the code that erases."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import CASCADE, SET_NULL
from django.utils.module_loading import import_string
from pydantic import ValidationError

from outbox import files, mail
from portal.retention import ON_DELETE, RETENTION_FILE, read_retention, retention
from surveys import closing
from trainings.importing import bringing

TEXT = RETENTION_FILE.read_text(encoding="utf-8")
ACCOUNT = get_user_model()


def fields_of(model):
    every = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return sorted(field.name for field in every if field.name != "id")


def test_every_field_of_every_table_is_named_once():
    tables = {model._meta.label: fields_of(model) for model in apps.get_models()}
    assert {label: sorted(table.fields) for label, table in retention().tables.items()} == tables


def test_every_rule_is_used_and_every_rule_named_is_there():
    assert {purpose.rule for _label, purpose in retention().purposes()} == set(retention().rules)


def test_what_a_rule_says_erases_is_there():
    names = {rule.by for rule in retention().rules.values()} - {ON_DELETE}
    assert [name for name in names if not callable(import_string(name))] == []


def test_code_keeps_as_long_as_the_file_says():
    kept = {
        "made-file": files.KEPT_FOR.days,
        "secret-of-a-mail": mail.FAILED_SECRETS_KEPT_FOR.days,
        "session": settings.SESSION_COOKIE_AGE // 86400,
        "typed-list": bringing.KEPT_FOR.days,
        "used-invitation": closing.CLOSES_AFTER.days,
    }
    assert {rule: f"{days} days" for rule, days in kept.items()} == {
        rule: retention().rules[rule].keep for rule in kept
    }


def test_who_did_it_is_forgotten_with_the_account():
    fields = [
        apps.get_model(label)._meta.get_field(name)
        for label, purpose in retention().purposes()
        if purpose.rule == "who-did-it"
        for name in purpose.fields
    ]
    assert {(field.related_model, field.remote_field.on_delete) for field in fields} == {(ACCOUNT, SET_NULL)}


@pytest.mark.parametrize(
    ("label", "field"),
    [("accounts.Invitation", "user"), ("businesses.Membership", "person"), ("diagnostics.Share", "diagnostic")],
)
def test_what_goes_with_a_row_goes_with_it(label, field):
    assert retention().rule_of(label, field).by == ON_DELETE
    assert apps.get_model(label)._meta.get_field(field).remote_field.on_delete is CASCADE


def test_field_that_says_nothing_about_a_person_has_no_rule():
    assert retention().rule_of("programmes.City", "names") is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("keep: 3 years", "keep: for ever"),
        ("then: anonymised", "then: kept"),
        ("for: signing in", "reason: signing in"),
        ("by: on delete", "by: nobody yet"),
    ],
)
def test_file_with_a_mistake_is_refused(right, wrong):
    assert right in TEXT
    with pytest.raises(ValidationError):
        read_retention(TEXT.replace(right, wrong))
