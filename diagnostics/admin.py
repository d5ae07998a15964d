from django.contrib import admin
from django.http import HttpRequest
from django.urls.resolvers import URLPattern

from diagnostics import needs_admin
from diagnostics.models import Diagnostic


@admin.register(Diagnostic)
class DiagnosticAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for the checker alone
    """To see how many and how far; answers stay with those who gave them, and nothing is changed here."""

    list_display = ["sub_sector", "city", "campaign", "score", "started_at", "completed_at"]
    list_filter = ["programme", "campaign", "completed_at", "sub_sector__family"]
    list_select_related = ["sub_sector", "city", "campaign"]
    search_fields = ["city__name_key", "sub_sector__search_key"]
    date_hierarchy = "started_at"
    fields = [
        "programme", "campaign", "version", "sub_sector", "city", "staff_size", "language",
        "score", "started_at", "changed_at", "completed_at", "recorded_at",
    ]  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        return [*needs_admin.routes(self), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Diagnostic | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Diagnostic | None = None) -> bool:
        return False
