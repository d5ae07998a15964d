"""What is done in the cities so that shops come, with what the stewards found."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import person
from programmes import mobilising
from programmes.models import Mobilisation, Visit


class VisitInline(admin.TabularInline):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    model = Visit
    extra = 4
    verbose_name_plural = gettext_lazy("shops that the stewards visited, by outcome")


@admin.register(Mobilisation)
class MobilisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # likewise
    inlines = (VisitInline,)
    list_display = ("on", "city", "kind", "about", "hours", "pieces", "code", "by")
    list_filter = ("campaign", "kind", ("city", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("city", "by")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("city__search_key", "about", "code")
    autocomplete_fields = ("city",)
    date_hierarchy = "on"
    fields = ("campaign", "city", "kind", "on", "hours", "pieces", "about", "in_links", "by")
    readonly_fields = ("in_links", "by")

    @admin.display(description=gettext_lazy("code for links and posters"))
    def in_links(self, action: Mobilisation) -> SafeString | str:
        if not action.code:
            return _("It is given when you save.")
        words = _("Add it to the address of a session: who registers there came through this.")
        return format_html("<code>?{}={}</code> {}", mobilising.VIA, action.code, words)

    def save_model(self, request: HttpRequest, obj: Mobilisation, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            mobilising.note(action=obj, by=person(request))
