from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from trainings import interests
from trainings.models import Interest, InterestQuerySet


@admin.register(Interest)
class InterestAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """Who wants to be told; people confirm and withdraw, staff only withdraw for those who ask them to."""

    list_display = ("topic", "city", "user", "email", "asked_at", "confirmed_at", "withdrawn_at")
    list_filter = ("topic__programme", "confirmed_at", "withdrawn_at", "city__province", "topic")
    list_select_related = ("topic", "city", "user")
    search_fields = ("email", "user__email", "city__name_key")
    date_hierarchy = "asked_at"
    actions = ("withdraw",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("trainings.change_interest")

    @admin.action(description=_("Withdraw for these people"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: InterestQuerySet) -> None:
        count = sum(interests.withdraw(interest=interest) for interest in queryset)
        told = ngettext("%(count)s request is withdrawn.", "%(count)s requests are withdrawn.", count) % {
            "count": count
        }
        self.message_user(request, told, messages.SUCCESS)
