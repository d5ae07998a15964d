"""The demo's activity, loaded in one go, and a digest of all that it says."""

from datetime import UTC, datetime
from hashlib import sha256

from django.test import override_settings

import portal.tasks  # noqa: F401  registers the maker
from businesses.models import Business, Call, Membership, Person
from diagnostics.models import Diagnostic
from outbox import jobs, leasing
from outbox.models import Job, Mail
from portal import loading as content
from portal.demo import loading
from programmes.models import Engagement, Mobilisation, Note, Official, StateChange, Visit
from surveys.models import AnswerBox, Slip
from tests.conftest import folder
from trainings.models import (
    Attendance,
    AttendanceMark,
    Certificate,
    Interest,
    Module,
    Registration,
    SeatEvent,
    Session,
    VoucherEntry,
)

AT = datetime(2026, 11, 18, 10, tzinfo=UTC)
# The digest of what was loaded in one go, once somebody has.
KNOWN = {}

WHOSE = ("registration__uid", "registration__person__name")
OF_A_CITY = ("campaign__code", "city__code")
SAID = {
    Person: ("name", "user__email", "email", "phone", "channel", "recorded_at"),
    Business: ("name", "postal_code", "city__code", "sub_sector__code", "staff_size", "recorded_at"),
    Membership: ("person__name", "person__email", "business__name", "role", "state", "asked_at"),
    Call: ("person__name", "person__phone", "template", "about", "state", "outcome", "asked_at", "done_at"),
    Module: ("topic__code", "provider", "approval", "approval_number", "approved_from", "approved_until"),
    Session: ("uid", "campaign__code", "kind", "state", "topic__code", "host__code", "starts_at", "seats_taken"),
    Registration: (
        "uid",
        "session__uid",
        "person__name",
        "seats",
        "state",
        "rank",
        "channel",
        "asked_at",
        "confirmed_at",
        "via__kind",
    ),
    SeatEvent: ("session__uid", "registration__uid", "kind", "seats_taken", "capacity", "reason", "at"),
    AttendanceMark: (*WHOSE, "date__starts_at", "is_helper", "is_present", "at"),
    Attendance: (*WHOSE, "date__starts_at", "is_helper", "is_present", "marked_at"),
    VoucherEntry: (*WHOSE, "position", "kind", "public_share", "at"),
    Certificate: (*WHOSE, "is_helper", "name", "title", "dates", "issued_at"),
    Interest: ("topic__code", "city__code", "user__email", "email", "asked_at", "confirmed_at"),
    Diagnostic: ("session__uid", "sub_sector__code", "city__code", "person__name", "answers", "score", "completed_at"),
    Engagement: (*OF_A_CITY, "state", "reason", "invited_on", "council_on", "next_action", "due_on", "last_contact_on"),
    StateChange: ("engagement__city__code", "engagement__campaign__code", "was", "became", "reason", "at"),
    Mobilisation: (*OF_A_CITY, "kind", "on", "hours", "pieces", "about"),
    Visit: ("mobilisation__city__code", "mobilisation__on", "outcome", "reason", "shops"),
    Note: ("engagement__city__code", "on", "text"),
    Official: ("user__email", "city__code"),
    AnswerBox: ("session__uid", "campaign__code", "tallies", "used_count", "sheets_typed", "closed_on"),
    Slip: (*WHOSE, "topics__code", "wants_call", "reason", "signed_at", "outcome", "outcome_reason", "outcome_at"),
    Mail: ("template", "to", "state", "requested_at", "finished_at"),
}
# The worker sends these, when it comes to it.
OWED = ("account/emails/invitation",)


def load_in_one_go():
    content.load(folder("commerce-connecte"))
    with override_settings(DEMO=True):
        job = loading.begin(seed=1, at=AT)
        jobs.make(leasing.take(Job, job.pk))
    KNOWN["digest"] = digest()


def digest():
    """Without the numbers that the database and chance give to rows; the same in whatever order they were written."""
    lines = [f"{model.__name__} {row}" for model, names in SAID.items() for row in rows(model).values_list(*names)]
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def rows(model):
    """Which answers of a survey that goes on may be read already is drawn by lot, each time anew."""
    if model is AnswerBox:
        return AnswerBox.objects.exclude(closed_on=None)
    return model.objects.exclude(template__in=OWED) if model is Mail else model.objects.all()
