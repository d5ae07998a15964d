from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from trainings.models import Module


@admin.register(Module)
class ModuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """What a provider teaches, and how far its approval for vouchers has come."""

    list_display = (
        "topic",
        "provider",
        "hours",
        "price",
        "approval",
        "approval_number",
        "approved_from",
        "approved_until",
    )
    list_filter = ("approval", "programme", "provider")
    list_select_related = ("topic",)
    search_fields = ("provider", "approval_number", "topic__code", "topic__data__title")
    fieldsets = (
        (None, {"fields": ("programme", "topic", "provider", "hours", "price", "dates_for_certificate")}),
        (
            _("Approval for vouchers"),
            {
                "fields": (
                    "approval",
                    "requested_on",
                    "approval_number",
                    ("approved_from", "approved_until"),
                    "refusal_reason",
                )
            },
        ),
    )
