"""“My data” to be read: what matters first, in words; what only a program needs is left to the file for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.privacy.gathering import Part, Said

# Traces of the machine and of the back office.
FOR_PROGRAMS = {"admin.LogEntry", "mfa.Authenticator", "outbox.Job", "trainings.AttendanceMark"}


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one table are read: with these fields and no others. `is_list`: a line a row."""

    title: Promise
    fields: tuple[str, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One row, under what it is about."""

    about: str
    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Either cards, or a list: its heads, and as many cells in each of its lines."""

    title: str
    cards: tuple[Card, ...] = ()
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


# In the order in which one reads; of a card the first field that is filled says what it is about.
READ: dict[str, Table] = {
    "businesses.Person": Table(_("Who you are"), ("name", "email", "phone", "channel")),
    "accounts.User": Table(_("How you sign in"), ("email", "name", "language", "joined_at", "last_login", "groups")),
    "accounts.Invitation": Table(_("Your roles"), ("role", "invited_at", "withdrawn_at"), is_list=True),
    "programmes.Official": Table(_("Cities you speak for"), ("city", "given_at", "withdrawn_at"), is_list=True),
    "programmes.Engagement": Table(
        _("Cities whose contact you are"), ("contact", "email", "phone", "next_action"), is_list=True
    ),
    "businesses.Business": Table(
        _("Your shops"), ("name", "street", "postal_code", "city", "sub_sector", "staff_size", "enterprise_number")
    ),
    "businesses.Membership": Table(
        _("Your place in these shops"), ("business", "person", "role", "state", "asked_at", "decided_at"), is_list=True
    ),
    "trainings.Registration": Table(
        _("Your sessions"),
        (
            *("session", "state", "person", "helper_name", "business", "seats", "rank", "until", "moved_to"),
            *(
                "asked_at",
                "confirmed_at",
                "cancelled_at",
                "cancel_reason",
                "language",
                "channel",
                "via",
                "names_told_at",
            ),
        ),
    ),
    "trainings.SeatEvent": Table(_("What happened to your seats"), ("at", "session", "kind", "reason"), is_list=True),
    "trainings.Attendance": Table(
        _("When you were there"), ("date", "registration", "is_present", "is_helper"), is_list=True
    ),
    "trainings.Certificate": Table(
        _("Your certificates"),
        (
            *("title", "name", "is_helper", "dates", "minutes", "provider", "code", "issued_at", "language"),
            *("revoked_at", "revoke_reason"),
        ),
    ),
    "trainings.VoucherEntry": Table(
        _("What vouchers pay"), ("at", "registration", "kind", "full_price", "paid", "public_share"), is_list=True
    ),
    "trainings.ImportRow": Table(
        _("Lists on which you stand"), ("cells", "outcome", "refusal", "applied_at"), is_list=True
    ),
    "diagnostics.Diagnostic": Table(
        _("Your results"),
        ("completed_at", "started_at", "business", "score", "sub_sector", "city", "staff_size", "answer"),
    ),
    "diagnostics.Share": Table(_("Links to your results"), ("created_at", "revoked_at"), is_list=True),
    "trainings.Interest": Table(
        _("Trainings of which you want to hear"),
        ("topic", "city", "email", "asked_at", "confirmed_at", "withdrawn_at"),
        is_list=True,
    ),
    "surveys.Slip": Table(
        _("Your slips"),
        (
            *("registration", "is_helper", "name", "phone", "business", "signed_at", "topics", "wants_call"),
            *("wants_small_group", "wants_help", "wants_nothing", "reason", "contact_agreed_at"),
            *("outcome", "outcome_reason", "outcome_at"),
        ),
    ),
    "businesses.Call": Table(
        _("Calls about you"), ("asked_at", "person", "about", "state", "done_at", "outcome"), is_list=True
    ),
    "outbox.Mail": Table(_("Mails we sent you"), ("requested_at", "template", "to", "state", "error"), is_list=True),
}


def readable(parts: Sequence[Part]) -> Iterator[Chapter]:
    """In the language in which the parts were gathered."""
    gathered = {part.code: part for part in parts}
    for label, table in READ.items():
        if part := gathered.get(label):
            rows = [_chosen(row, table.fields) for row in part.rows]
            yield _list(table, rows) if table.is_list else Chapter(str(table.title), tuple(_cards(rows)))


def _chosen(row: tuple[Said, ...], fields: Sequence[str]) -> list[Said]:
    return sorted((one for one in row if one.code in fields), key=lambda one: fields.index(one.code))


def _cards(rows: Sequence[Sequence[Said]]) -> Iterator[Card]:
    """What is not so goes without saying."""
    for row in rows:
        if row:
            yield Card(row[0].text, tuple(one for one in row[1:] if one.value is not False))


def _list(table: Table, rows: Sequence[Sequence[Said]]) -> Chapter:
    """A field that is empty in every row has no column."""
    heads = {one.code: one.label for row in rows for one in row}
    codes = [code for code in table.fields if code in heads]
    cells = [{one.code: one.text for one in row} for row in rows]
    lines = tuple(tuple(row.get(code, "") for code in codes) for row in cells)
    return Chapter(str(table.title), heads=tuple(heads[code] for code in codes), lines=lines)
