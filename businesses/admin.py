from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.access import person
from businesses import joining, reaching
from businesses.merging_admin import merge_two
from businesses.models import (
    Business,
    Call,
    CallQuerySet,
    Family,
    Membership,
    MembershipQuerySet,
    Person,
    PersonQuerySet,
    SubSector,
)
from businesses.searching import words_of
from outbox.admin import ReadOnlyAdmin
from programmes.admin import FromFilesAdmin, IsOffered
from programmes.numbers import BadNumber, normalised_number


@admin.register(Family)
class FamilyAdmin(FromFilesAdmin):
    list_display = ("name", "code", "programme", "withdrawn_at")
    list_filter = (IsOffered, "programme")
    list_select_related = ("programme",)
    search_fields = ("code", "names")


@admin.register(SubSector)
class SubSectorAdmin(FromFilesAdmin):
    list_display = ("name", "code", "family", "nace", "programme", "withdrawn_at")
    list_filter = (IsOffered, "programme", "family")
    list_select_related = ("family", "programme")
    search_fields = ("code", "search_key")


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    model = Membership
    fields = readonly_fields = ("person", "business", "role", "state", "asked_at", "decided_at", "decided_by")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class BusinessForm(ModelForm):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        programme = cleaned.get("programme")
        try:
            cleaned["enterprise_number"] = normalised_number(
                cleaned.get("enterprise_number", ""), programme.enterprise_number_rule if programme else ""
            )
        except BadNumber as error:
            self.add_error("enterprise_number", str(error))
        return cleaned


@admin.register(Business)
class BusinessAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    form = BusinessForm
    list_display = ("__str__", "sub_sector", "city", "postal_code", "enterprise_number", "staff_size", "recorded_at")
    list_filter = ("programme", "sub_sector__family", "staff_size", "city__province")
    list_select_related = ("sub_sector", "city")
    search_fields = ("name", "name_key", "enterprise_number", "postal_code")
    autocomplete_fields = ("city", "sub_sector")
    readonly_fields = ("recorded_at",)
    inlines = (MembershipInline,)
    actions = (merge_two,)


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    list_display = ("__str__", "email", "phone", "channel", "user", "recorded_at")
    list_filter = ("channel",)
    list_select_related = ("user",)
    search_fields = ("search_key",)
    raw_id_fields = ("user",)
    readonly_fields = ("recorded_at",)
    inlines = (MembershipInline,)
    actions = (merge_two,)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[PersonQuerySet, bool]:
        """Each word, wherever it stands."""
        for word in words_of(search_term):
            queryset = queryset.containing(word)
        return queryset, False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """Requests to join a shop, and what was decided; decisions are actions, so that they say by whom and when."""

    list_display = ("person", "business", "role", "state", "asked_at", "decided_at", "decided_by")
    list_filter = ("state", "role", "business__programme")
    list_select_related = ("person", "business", "decided_by")
    search_fields = ("person__name", "person__email", "business__name", "business__enterprise_number")
    fields = ("person", "business", "role", "state", "asked_at", "decided_at", "decided_by")
    readonly_fields = ("person", "business", "state", "asked_at", "decided_at", "decided_by")
    actions = ("approve", "refuse")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Approve: this person belongs to the shop"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: MembershipQuerySet) -> None:
        self._decide(request, queryset, joining.approve)

    @admin.action(description=_("Refuse: this person does not belong to the shop"), permissions=["change"])
    def refuse(self, request: HttpRequest, queryset: MembershipQuerySet) -> None:
        self._decide(request, queryset, joining.refuse)

    @transaction.atomic
    def _decide(self, request: HttpRequest, queryset: MembershipQuerySet, verb: Any) -> None:
        count = len([verb(membership=membership, by=request.user) for membership in queryset])
        told = ngettext("%(count)s request is decided.", "%(count)s requests are decided.", count) % {"count": count}
        self.message_user(request, told, messages.SUCCESS)


class CallOutcome(admin.SimpleListFilter):
    """What is still to be called, unless one asks for what came of the others."""

    title, parameter_name = _("outcome"), "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Call.Outcome.choices, ("all", pgettext_lazy("calls", "all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        if asked == "all":
            return queryset
        return queryset.filter(outcome=asked) if asked else queryset.open()

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": Call.State.OPEN.label}
        yield from others


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Who must be told something and has no mail; what came of the call is an action, so that it says by whom and when."""

    list_filter = (CallOutcome, "person__channel", "language")
    list_select_related = ("person", "done_by")
    search_fields = ("person__name", "person__phone", "about")
    actions = ("told", "posted", "not_reached", "not_needed")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"is_nav_sidebar_enabled": False, **(extra_context or {})})

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        told = ("outcome", "done_at", "done_by") if CallOutcome.parameter_name in request.GET else ()
        return ("person", "phone", "about", "language", "asked_at", *told)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Who waits longest first; of what is done the latest."""
        return ("-asked_at", "-pk") if CallOutcome.parameter_name in request.GET else ("asked_at", "pk")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("businesses.change_call")

    @admin.display(description=_("phone"), ordering="person__phone")
    def phone(self, call: Call) -> str:
        return call.person.phone

    @admin.action(description=_("Told by phone"), permissions=["settle"])
    def told(self, request: HttpRequest, queryset: CallQuerySet) -> None:
        self._settle(request, queryset, Call.Outcome.TOLD)

    @admin.action(description=_("Told by letter"), permissions=["settle"])
    def posted(self, request: HttpRequest, queryset: CallQuerySet) -> None:
        self._settle(request, queryset, Call.Outcome.POSTED)

    @admin.action(description=_("Could not be reached: give up"), permissions=["settle"])
    def not_reached(self, request: HttpRequest, queryset: CallQuerySet) -> None:
        self._settle(request, queryset, Call.Outcome.NOT_REACHED)

    @admin.action(description=_("No longer needed"), permissions=["settle"])
    def not_needed(self, request: HttpRequest, queryset: CallQuerySet) -> None:
        self._settle(request, queryset, Call.Outcome.NOT_NEEDED)

    def _settle(self, request: HttpRequest, queryset: CallQuerySet, outcome: Call.Outcome) -> None:
        count = reaching.settle(calls=queryset, outcome=outcome, by=person(request))
        told = ngettext("%(count)s call is noted.", "%(count)s calls are noted.", count) % {"count": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)
