"""All that is kept of somebody, table by table: retention.yaml says which fields tell something about a person, and here are their values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Field, ManyToManyField, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import diagnostics.forgetting as diagnostics
import surveys.forgetting as slips
import trainings.forgetting as seats
from businesses.forgetting import Whose
from diagnostics.models import Diagnostic
from diagnostics.presenting import ResultView
from outbox.mail import title_of
from portal.retention import retention
from questionnaires.texts import said
from rendering import dates
from trainings.models import Session
from trainings.presenting import money

# Beside the personal fields: what makes a row understood.
MORE: Mapping[str, tuple[str, ...]] = {
    "businesses.Business": ("postal_code", "city", "sub_sector", "staff_size"),
    "businesses.Call": ("asked_at", "done_at", "state"),
    "diagnostics.Diagnostic": ("started_at", "completed_at", "sub_sector", "city", "staff_size"),
    "outbox.Job": ("kind", "state", "requested_at", "finished_at"),
    "outbox.Mail": ("template", "state", "requested_at", "finished_at"),
    "trainings.Registration": ("session",),
    "trainings.SeatEvent": ("session", "kind", "at"),
    "trainings.VoucherEntry": ("full_price", "paid", "public_share", "at"),
}
# Made by the machine out of what stands beside it, a key to a door, or said in words below.
LEFT_OUT = {
    *("search_key", "name_key", "street_key", "code_digest", "secrets_sealed", "password", "message_id", "path"),
    *("result", "profile", "answers", "public_id", "uid", "key", "token", "data", "digest", "ids", "args"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One value: the field's name, what it is called, what it says, and the same for programs."""

    code: str
    label: str
    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table."""

    code: str
    title: str
    rows: tuple[tuple[Said, ...], ...]


def gather(whose: Whose) -> list[Part]:
    """In the language that is active; tables in which nothing stands are left out."""
    parts = [_part(label, rows) for label, rows in tables(whose).items()]
    return [part for part in parts if part.rows]


def tables(whose: Whose) -> dict[str, QuerySet[Any]]:
    """The rows of each table that are of this person; those that only say who did something are not."""
    mine, own = seats.of(whose), Q(person__in=whose.persons)
    at_seat = Q(registration__in=mine)
    said: dict[str, Q] = {
        "accounts.User": Q(pk=whose.user.pk if whose.user else None),
        "accounts.Invitation": Q(user=whose.user),
        "programmes.Official": Q(user=whose.user),
        "programmes.Engagement": Q(email__in=whose.addresses),
        "businesses.Person": Q(pk__in=[person.pk for person in whose.persons]),
        "businesses.Membership": own,
        "businesses.Business": Q(memberships__person__in=whose.persons, memberships__state="approved"),
        "businesses.Call": own,
        "trainings.Registration": Q(pk__in=mine),
        "trainings.SeatEvent": at_seat,
        "trainings.Attendance": at_seat,
        "trainings.AttendanceMark": at_seat,
        "trainings.Certificate": at_seat,
        "trainings.VoucherEntry": at_seat,
        "trainings.ImportRow": at_seat,
        "trainings.Interest": Q(pk__in=seats.interests_of(whose)),
        "diagnostics.Diagnostic": Q(pk__in=diagnostics.of(whose)),
        "diagnostics.Share": Q(diagnostic__in=diagnostics.of(whose)),
        "surveys.Slip": Q(pk__in=slips.of([person.pk for person in whose.persons])),
        "outbox.Mail": Q(to__in=whose.addresses),
        "outbox.Job": Q(requested_by=whose.user),
        "admin.LogEntry": Q(user=whose.user),
        "mfa.Authenticator": Q(user=whose.user),
    }
    found = {label: apps.get_model(label)._default_manager.filter(rows) for label, rows in said.items()}
    return {label: rows.order_by("pk").distinct() for label, rows in found.items()}


def _part(label: str, rows: QuerySet[Any]) -> Part:
    model = apps.get_model(label)
    fields = [model._meta.get_field(name) for name in _names(label)]
    related = [field.name for field in fields if field.many_to_one or field.one_to_one]
    loaded = rows.select_related(*related) if related else rows
    told = (tuple(_row(row, fields)) for row in loaded)
    title = str(model._meta.verbose_name_plural)
    return Part(label, title[:1].upper() + title[1:], tuple(row for row in told if row))


def _names(label: str) -> list[str]:
    """Not those that name whoever did something: that is said of them, not of this person."""
    purposes = [purpose for purpose in retention().tables[label].personal if purpose.rule != "who-did-it"]
    personal = [name for purpose in purposes for name in purpose.fields]
    return [name for name in dict.fromkeys([*MORE.get(label, ()), *personal]) if name not in LEFT_OUT]


def _row(row: Model, fields: list[Any]) -> Iterator[Said]:
    for field in fields:
        value = _value(row, field)
        if value not in (None, "", [], {}):
            yield Said(field.name, _called(field), _text(row, field, value), value)
    if isinstance(row, Diagnostic):
        yield from answers_of(row)


def _called(field: Any) -> str:
    label = str(CALLED.get(field.name, field.verbose_name))
    return label[:1].upper() + label[1:]


def _value(row: Model, field: Any) -> Any:
    if isinstance(field, ManyToManyField):
        return [str(one) for one in getattr(row, field.name).all()]
    value = getattr(row, field.name)
    return str(value) if isinstance(value, Model) else value


def _text(row: Model, field: "Field[Any, Any]", value: Any) -> str:
    if words := WORDS.get(field.name):
        return words(getattr(row, field.name))
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return dates.moment(value)
    if isinstance(value, date):
        return dates.day(value)
    if isinstance(value, Mapping):
        value = [*value.values()]
    return " · ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _session(session: Session) -> str:
    return f"{session}, {dates.moment(session.starts_at)}" if session.starts_at else str(session)


CALLED = {"template": gettext_lazy("what it is about")}
# Fields whose value is for programs, by name: what it says to people.
WORDS: Mapping[str, Callable[[Any], str]] = {
    "date": lambda date: dates.moment(date.starts_at),
    "dates": lambda starts: "; ".join(dates.moment(datetime.fromisoformat(start)) for start in starts),
    "language": lambda code: str(dict(settings.LANGUAGES).get(code, code)),
    "score": lambda score: _("%(score)s out of 100") % {"score": score},
    "session": _session,
    "template": title_of,
    **dict.fromkeys(("full_price", "paid", "public_share"), money),
}


def answers_of(diagnostic: Diagnostic) -> Iterator[Said]:
    """Questions and answers in words, with the points of what is completed."""
    if diagnostic.is_completed:
        for part in ResultView(diagnostic).ledger:
            yield from (Said("answer", row.question, row.answer, row.answer) for row in part.rows)
        return
    for code, answer in diagnostic.answers.items():
        question = diagnostic.version.question(code)
        texts = {choice["code"]: said(choice["text"]) for choice in question.get("choices") or ()}
        given = [str(texts.get(one, one)) for one in (answer if isinstance(answer, list) else [answer])]
        yield Said("answer", said(question["text"]), "; ".join(given), answer)
