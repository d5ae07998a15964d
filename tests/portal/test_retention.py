"""portal/retention.yaml against the tables as they are, and against the code that erases."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import CASCADE, SET_NULL, CharField, TextField
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


def is_deleted_with_a_login(model):
    """Only logins are ever deleted: of persons, shops, seats and results the rows stay, and nothing goes with them."""
    return model is ACCOUNT or any(field.related_model is ACCOUNT for field in deleting(model))


def deleting(model):
    return [field for field in model._meta.fields if field.remote_field and field.remote_field.on_delete is CASCADE]


def test_what_the_database_erases_goes_with_a_login():
    kept = [
        (label, purpose.fields)
        for label, purpose in retention().purposes()
        if retention().rules[purpose.rule].by == ON_DELETE
        and purpose.rule != "who-did-it"
        and not is_deleted_with_a_login(apps.get_model(label))
        and not all(is_list_of_logins(apps.get_model(label), name) for name in purpose.fields)
    ]
    assert kept == []


def is_list_of_logins(model, name):
    field = model._meta.get_field(name)
    return field.many_to_many and field.related_model is ACCOUNT


# Why a text of our tables is not searched for the words of whoever is erased
MADE_BY_THE_PORTAL = {
    *("businesses.Call.template", "businesses.Call.key", "outbox.File.content_type", "outbox.File.path"),
    *("outbox.Job.key", "outbox.Job.error", "outbox.Job.step", "outbox.Mail.template", "outbox.Mail.key"),
    *("outbox.Mail.message_id", "outbox.Mail.secrets_sealed", "questionnaires.Questionnaire.code"),
    *("programmes.City.name_key", "programmes.City.search_key", "businesses.SubSector.search_key"),
    *("reports.Release.reference", "surveys.AnswerBox.sealed", "trainings.ImportRow.refusal"),
}
# With the rows of a person, a shop, a seat or an address.
GOES_OTHERWISE = {
    *("accounts.User.email", "accounts.User.name", "accounts.User.password"),
    *("accounts.Browser.address", "accounts.Browser.session_data"),
    *("businesses.Person.name", "businesses.Person.email", "businesses.Person.search_key"),
    *("businesses.Business.name", "businesses.Business.name_key", "businesses.Business.street"),
    *("businesses.Business.street_key", "outbox.File.name", "outbox.Mail.to", "outbox.Mail.error"),
    *("programmes.Engagement.email", "surveys.Slip.name", "trainings.Certificate.name", "trainings.Interest.email"),
    "trainings.Registration.helper_name",
}
PUBLISHED = {
    *("programmes.Programme.contact_name", "programmes.Programme.contact_email"),
    *("programmes.Programme.contact_address", "trainings.Certificate.title", "trainings.Certificate.provider"),
    *("trainings.Module.provider", "trainings.Session.venue", "trainings.Session.address", "trainings.Session.link"),
}
OURS = {
    "accounts",
    "businesses",
    "diagnostics",
    "outbox",
    "programmes",
    "questionnaires",
    "reports",
    "surveys",
    "trainings",
}


def test_every_text_is_searched_or_known_why_not():
    """Shorter than a hundred signs are codes, phones and the like."""
    texts = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if model._meta.app_label in OURS and isinstance(field, CharField | TextField) and not field.choices
        if (field.max_length or 100) >= 100
    }
    searched = {f"{label}.{name}" for label, name in retention().texts()}
    groups = (searched, MADE_BY_THE_PORTAL, GOES_OTHERWISE, PUBLISHED)
    assert texts - set().union(*groups) == set()
    assert set().union(*groups[1:]) - texts == set()


def test_text_to_be_searched_that_is_no_field_is_refused():
    with pytest.raises(ValidationError, match="not a field of this table: txt"):
        read_retention(TEXT.replace("may_name_somebody: [text]", "may_name_somebody: [txt]"))


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
