from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from programmes.models import Campaign, City, Grouping, Programme


class FromFilesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """Rows that nobody edits here: the files would overwrite them with the next load."""

    note = _("These rows come from the programme’s files. To change them, change the files and load them again.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"subtitle": self.note, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"subtitle": self.note, **(extra_context or {})})


class IsOffered(admin.SimpleListFilter):
    title = _("offered")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("offered")), ("no", _("withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(withdrawn_at__isnull=self.value() == "yes")


@admin.register(Programme)
class ProgrammeAdmin(FromFilesAdmin):
    list_display = ("name", "code", "colour", "enterprise_number_rule", "withdrawn_at")
    list_filter = (IsOffered,)
    search_fields = ("code", "names")


@admin.register(Campaign)
class CampaignAdmin(FromFilesAdmin):
    list_display = ("name", "programme", "starts_on", "ends_on", "withdrawn_at")
    list_filter = (IsOffered, "programme")
    list_select_related = ("programme",)
    search_fields = ("code", "names")


@admin.register(City)
class CityAdmin(FromFilesAdmin):
    list_display = ("name", "code", "province", "shops", "programme", "withdrawn_at")
    list_filter = (IsOffered, "programme", "province")
    list_select_related = ("programme",)
    search_fields = ("name_key", "search_key", "code")
    ordering = ("name_key",)


@admin.register(Grouping)
class GroupingAdmin(FromFilesAdmin):
    list_display = ("name", "code", "is_province", "programme", "withdrawn_at")
    list_filter = (IsOffered, "programme", "is_province")
    list_select_related = ("programme",)
    search_fields = ("code", "names")
