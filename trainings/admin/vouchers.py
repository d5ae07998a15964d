from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.admin import ReadOnlyAdmin
from programmes.models import Campaign
from rendering.downloads import CSV, table_file
from rendering.workbooks import Column, Sheet
from trainings import vouchers
from trainings.models import VoucherEntry


@admin.register(VoucherEntry)
class VoucherEntryAdmin(ReadOnlyAdmin):
    """The ledger: rows are added by what happens to seats, and never changed."""

    list_display = ("at", "registration", "kind", "full_price", "paid", "public_share", "campaign", "by")
    list_filter = ("kind", "campaign")
    list_select_related = ("registration__person", "registration__session__topic", "campaign", "by")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    search_fields = ("registration__person__name", "registration__business__name_key")

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("forecast/", guarded(self.forecast_page), name="trainings_voucherentry_forecast"),
            path("accountant/<int:pk>/", guarded(self.accountant), name="trainings_voucherentry_accountant"),
            *super().get_urls(),
        ]

    def forecast_page(self, request: HttpRequest) -> HttpResponse:
        """Per campaign: what is reserved, what is earned, what the budget leaves."""
        self._check(request)
        campaigns = Campaign.objects.offered().select_related("programme").order_by("-starts_on", "pk")
        rows = [(campaign, vouchers.forecast(campaign)) for campaign in campaigns]
        sums = (
            sum((seen.reserved for _campaign, seen in rows), Decimal()),
            sum((seen.earned for _campaign, seen in rows), Decimal()),
        )
        context: dict[str, Any] = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Vouchers against the budget"),
            "rows": rows,
            "sums": sums,
            "now": timezone.now(),
        }
        return TemplateResponse(request, "admin/trainings/voucherentry/forecast.html", context)

    def accountant(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A line for each registration with a voucher, as a file."""
        self._check(request)
        campaign = get_object_or_404(Campaign, pk=pk)
        rows = iter(vouchers.accountant_rows(campaign))
        head = next(rows)
        sheet = Sheet(_("Vouchers"), [Column(str(each)) for each in head], rows)
        return table_file(sheet, CSV, title=sheet.name, name=f"vouchers-{campaign.code}-{timezone.localdate()}")

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
