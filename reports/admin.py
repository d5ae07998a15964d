"""Releases, to be looked up and checked: nobody changes one."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outbox.admin import ReadOnlyAdmin
from outbox.models import Job
from reports import making, quarterly
from reports.models import ContentChanged, Release

KINDS = (making.KIND, quarterly.KIND)


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ("reference", "programme", "whom", "span_name", "as_of", "made_at", "short_checksum")
    list_filter = ("programme", "period", "campaign", ("city", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("programme", "campaign", "city", "grouping")
    list_per_page = 50
    search_fields = ("reference", "city__search_key", "checksum")
    date_hierarchy = "made_at"
    fields = ("reference", "programme", "whom", "span_name", "as_of", "made_at", "checksum", "is_whole", "to_read")
    actions = ("verify",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        return super().get_queryset(request).defer("content")

    @admin.display(description=gettext_lazy("about"))
    def whom(self, release: Release) -> str:
        return release.about

    @admin.display(description=gettext_lazy("period"))
    def span_name(self, release: Release) -> str:
        return str(release.span.name)

    @admin.display(description="SHA-256")
    def short_checksum(self, release: Release) -> str:
        return release.checksum[:12]

    @admin.display(description=gettext_lazy("is what was released"), boolean=True)
    def is_whole(self, release: Release) -> bool:
        try:
            release.checked_content()
        except ContentChanged:
            return False
        return True

    @admin.display(description=gettext_lazy("to read"))
    def to_read(self, release: Release) -> SafeString:
        page = reverse("reports:release", args=[release.programme.code, release.reference])
        return format_html('<a href="{}">{}</a>', page, _("Open it as its readers see it"))

    @admin.action(description=gettext_lazy("Check that they are what was released"), permissions=["view"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Release]) -> None:
        releases = [*queryset]
        changed = [release.reference for release in releases if not self.is_whole(release)]
        if changed:
            told = _("Not what was released any more: %(references)s. Nobody can have them as documents.")
            self.message_user(request, told % {"references": ", ".join(changed)}, messages.ERROR)
            return
        told = ngettext("%(n)s release is what it was.", "%(n)s releases are what they were.", len(releases))
        self.message_user(request, told % {"n": len(releases)}, messages.SUCCESS)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With what could not be made, to be tried again by hand."""
        failed = Job.objects.filter(kind__in=KINDS, state=Job.State.FAILED, superseded_at=None).count()
        more = {"failed": failed, "kinds": ",".join(KINDS), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, more)
        return page
