from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import person
from businesses.models import Business, Person
from businesses.searching import words_of
from outbox.admin import ReadOnlyAdmin
from outbox.mail import title_of
from trainings import outlook, registering, telling
from trainings.admin import exports
from trainings.admin.asking import Question, ask_and_do, route, typed
from trainings.admin.forms import MaybeReasonForm, ToSessionForm
from trainings.forms import HelperForm
from trainings.models import Registration, RegistrationQuerySet, SeatEvent

State = Registration.State


def cancel(pages: Any, request: HttpRequest, registration: Registration) -> HttpResponse:
    words = _("The seat goes to who waits; a voucher is released.")
    question = Question(_("Cancel the registration"), _("Cancel it"), [words], _whom(registration), is_grave=True)
    act = partial(registering.cancel, registration=registration, by=person(request))
    told = _("It is cancelled; the seat goes to who waits.")
    return ask_and_do(pages, request, registration, question, act, told, MaybeReasonForm(typed(request)))


def move(pages: Any, request: HttpRequest, registration: Registration) -> HttpResponse:
    sessions = outlook.neighbours(registration.session, registration.seats, timezone.now()).with_names()
    words = _("Coming sessions on the same subject with enough free seats, the nearest first.")
    question = Question(_("Move to another session"), _("Move"), [words], _whom(registration))
    act = partial(registering.move, registration=registration, by=person(request))
    told = _("Moved, and told; they may refuse.")
    form = ToSessionForm(typed(request), sessions=sessions)
    return ask_and_do(pages, request, registration, question, act, told, form)


def overbook(pages: Any, request: HttpRequest, registration: Registration) -> HttpResponse:
    words = _("They pass those who wait before them, and sit beyond the capacity. It is logged with your name.")
    question = Question(_("Seat beyond the capacity"), _("Give the seat"), [words], is_grave=True)
    act = partial(registering.overbook, registration=registration, by=person(request))
    return ask_and_do(pages, request, registration, question, act, _("Seated beyond the capacity."))


def helper(pages: Any, request: HttpRequest, registration: Registration) -> HttpResponse:
    """Somebody comes along after all, or is named who has a seat already."""
    if registration.has_helper:
        words = _("The helper has a seat: only the name is kept, and nobody is told.")
        question, told = Question(_("Name the helper"), _("Keep the name"), [words]), _("The name is kept.")
    else:
        words = _("A second seat is taken, or waited for. It is told by e-mail; who has none is not called.")
        question, told = Question(_("Bring a helper"), _("Take a second seat"), [words]), _("A helper comes along.")
    act = partial(registering.bring_helper, registration=registration, by=person(request))
    form = HelperForm(typed(request), initial={"helper_name": registration.helper_name})
    return ask_and_do(pages, request, registration, question, act, told, form)


def leave_helper(pages: Any, request: HttpRequest, registration: Registration) -> HttpResponse:
    words = _("The second seat goes to who waits; the first stays. It is told by e-mail; who has none is not called.")
    question = Question(_("The helper does not come"), _("Give the seat back"), [words], is_grave=True)
    act = partial(registering.leave_helper, registration=registration, by=person(request))
    return ask_and_do(pages, request, registration, question, act, _("The seat of the helper is given back."))


def _whom(registration: Registration) -> RegistrationQuerySet:
    return Registration.objects.filter(pk=registration.pk).with_names()


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    """Who is in which session; what changes them are pages of their own, which call the verbs."""

    list_display = ("person", "session", "starts", "business", "seats", "state", "channel", "asked_at")
    list_filter = ("state", "channel", "via__kind", "session__kind", "session__campaign")
    list_select_related = ("person", "business", "session__topic")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    search_fields = ("person__search_key", "business__name_key")
    fields = (
        "person",
        "business",
        "session",
        "state",
        "seats",
        "helper_name",
        "language",
        "channel",
        "via",
        "names_told_at",
        "asked_at",
        "confirmed_at",
        "until",
        "cancelled_at",
        "cancelled_by",
        "cancel_reason",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Registration], search_term: str
    ) -> tuple[QuerySet[Registration], bool]:
        """Each word, in the person or in the shop: asked of either table by itself, so that their indexes serve."""
        for word in words_of(search_term):
            queryset = queryset.filter(
                Q(person__in=Person.objects.containing(word)) | Q(business__in=Business.objects.containing(word))
            )
        return queryset, False

    @admin.display(description=gettext_lazy("starts"), ordering="session__starts_at")
    def starts(self, registration: Registration) -> str:
        start = registration.session.starts_at
        return f"{timezone.localtime(start):%d/%m/%Y %H:%M}" if start else "—"

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("cancel", cancel, "change_registration"),
            ("move", move, "change_registration"),
            ("overbook", overbook, "overbook_session"),
            ("helper", helper, "change_registration"),
            ("leave_helper", leave_helper, "change_registration"),
        ]
        guarded = self.admin_site.admin_view
        return [
            path(
                "export/",
                guarded(require_http_methods(["GET", "HEAD", "POST"])(self.export)),
                name="trainings_registration_export",
            ),
            path(
                "export/<int:pk>/", guarded(require_safe(self.export_file)), name="trainings_registration_export_file"
            ),
            *(route(self, *each) for each in own),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest) -> HttpResponse:
        return exports.page(self, request)

    def export_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return exports.file(self, request, pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        registration = self.get_object(request, object_id)
        panels = {} if registration is None else self._panels(request, registration)
        page: HttpResponse = super().change_view(request, object_id, form_url, {**panels, **(extra_context or {})})
        return page

    def _panels(self, request: HttpRequest, registration: Registration) -> dict[str, Any]:
        return {
            "tools": [*_tools(request, registration)],
            "place": registration.place_in_line,
            "mails": [(mail, title_of(mail.template)) for mail in telling.mails_of(registration)],
            "calls": telling.calls_of(registration),
            "events": registration.seat_events.select_related("session__topic", "by"),
            "vouchers": registration.voucher_entries.all(),
        }


def _tools(request: HttpRequest, registration: Registration) -> Iterable[tuple[str, str]]:
    offered = {
        "move": (registration.is_live, _("Move to another session")),
        "overbook": (registration.state == State.WAITING, _("Seat beyond the capacity")),
        "helper": (registration.is_live, _("Name the helper") if registration.has_helper else _("Bring a helper")),
        "leave_helper": (registration.is_live and registration.has_helper, _("The helper does not come")),
        "cancel": (registration.is_live, _("Cancel the registration")),
    }
    rights = {"overbook": "trainings.overbook_session"}
    for name, (is_offered, words) in offered.items():
        if is_offered and request.user.has_perm(rights.get(name, "trainings.change_registration")):
            yield reverse(f"admin:trainings_registration_{name}", args=[registration.pk]), words


@admin.register(SeatEvent)
class SeatEventAdmin(ReadOnlyAdmin):
    """What happened to seats, and why."""

    list_display = ("at", "session", "registration", "kind", "reason", "seats_taken", "capacity", "by")
    list_filter = ("kind",)
    list_select_related = ("session__topic", "registration__person", "registration__session__topic", "by")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    search_fields = ("registration__person__name", "reason")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup in ("session", "session__id__exact") or super().lookup_allowed(lookup, value, request)
