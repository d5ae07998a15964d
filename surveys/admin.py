"""Slips: who wants what next, the calls that follow from it, and what came of it. Answers have no page here: nobody reads one by one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import person
from businesses.models import Call
from outbox.admin import ReadOnlyAdmin
from surveys import signing
from surveys.forms import OutcomeForm
from surveys.models import Slip

RIGHT = "surveys.change_slip"


class Told(admin.SimpleListFilter):
    title = gettext_lazy("what came of it")
    parameter_name = "told"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext_lazy("not told yet")), *((value, label) for value, label in Slip.Outcome.choices)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Slip]) -> QuerySet[Slip]:
        if self.value() is None:
            return queryset
        return queryset.filter(outcome="" if self.value() == "no" else self.value())


@admin.register(Slip)
class SlipAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "session", "wanted", "contact_agreed_at", "signed_at", "outcome")
    list_filter = (
        Told,
        "wants_call",
        "wants_small_group",
        "wants_help",
        "reason",
        "outcome_reason",
        ("topics", admin.RelatedOnlyFieldListFilter),
        "registration__session__campaign",
    )
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "person__search_key", "business__name_key")
    date_hierarchy = "signed_at"
    fields = (
        *("name", "is_helper", "business", "session", "phone", "language", "wanted", "reason"),
        *("contact_agreed_at", "signed_at", "written_by", "outcome", "outcome_reason", "outcome_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Slip]:
        named = super().get_queryset(request).select_related("registration__session__topic", "person", "business")
        return named.prefetch_related("topics")

    @admin.display(description=gettext_lazy("session"), ordering="registration__session__starts_at")
    def session(self, slip: Slip) -> str:
        return str(slip.registration.session)

    @admin.display(description=gettext_lazy("wants"))
    def wanted(self, slip: Slip) -> str:
        return ", ".join(slip.wishes) or _("nothing")

    def get_urls(self) -> list[URLPattern]:
        outcome = self.admin_site.admin_view(require_POST(self.outcome))
        return [path("<int:pk>/outcome/", outcome, name="surveys_slip_outcome"), *super().get_urls()]

    def outcome(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What somebody has said on the phone."""
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        slip, form = get_object_or_404(Slip, pk=pk), OutcomeForm(request.POST)
        if form.is_valid():
            signing.tell(slip=slip, **form.cleaned_data)
            told = _("Noted: %(outcome)s.") % {"outcome": slip.get_outcome_display()}
            LogEntry.objects.log_actions(person(request).pk, [slip], CHANGE, change_message=told, single_object=True)
            messages.success(request, told)
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("admin:surveys_slip_change", slip.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        slip = self.get_object(request, object_id)
        more = {} if slip is None else self._panels(request, slip)
        page: HttpResponse = super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})
        return page

    def _panels(self, request: HttpRequest, slip: Slip) -> dict[str, Any]:
        return {
            "calls": Call.objects.subject(signing.subject(slip)),
            "may_tell": request.user.has_perm(RIGHT),
            "outcomes": Slip.Outcome.choices,
            "reasons": Slip.Reason.choices,
        }
