"""The pages on which staff merge two shops or two persons, and undo it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import person
from businesses import merging
from businesses.models import Business, Merge, Person
from outbox.admin import ReadOnlyAdmin


@admin.action(description=gettext_lazy("Merge two that are one"), permissions=["delete"])
def merge_two(pages: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """First the two beside each other; once the one that stays is chosen, they are merged."""
    rows = list(queryset.order_by("recorded_at", "pk")[:3])
    if len(rows) != 2:
        pages.message_user(request, _("Choose two rows."), messages.WARNING)
        return None
    keep = request.POST.get("keep", "")
    kept = next((row for row in rows if str(row.pk) == keep), None)
    if kept is None:
        return _preview(pages, request, rows)
    gone = next(row for row in rows if row != kept)
    pages.message_user(request, *_merged(kept, gone, request))
    return None


def _merged(kept: Any, gone: Any, request: HttpRequest) -> tuple[str, int]:
    words = {"kept": str(kept), "gone": str(gone)}
    try:
        merging.merge(kept=kept, gone=gone, by=person(request))
    except merging.NotMergeable:
        return _("These two belong to two programmes, or one of them is gone."), messages.ERROR
    except merging.Collision as collision:
        rows = "; ".join(collision.rows)
        return _("They can’t be merged while both have this, of which there can be one: %(rows)s") % {
            "rows": rows
        }, messages.ERROR
    return _("%(gone)s is now %(kept)s. This can be undone in the list of merges.") % words, messages.SUCCESS


def _preview(pages: Any, request: HttpRequest, rows: list[Any]) -> TemplateResponse:
    fields = [field for field in pages.opts.fields if field.editable and field.name != "programme"]
    context = pages.admin_site.each_context(request) | {
        "opts": pages.opts,
        "title": _("Merge two that are one"),
        "rows": rows,
        "facts": [(capfirst(field.verbose_name), [_shown(row, field.name) for row in rows]) for field in fields],
        "hanging": [
            (capfirst(one.name), [one.count, other.count])
            for one, other in zip(*(merging.hanging(row) for row in rows), strict=True)
            if one.count or other.count
        ],
        "collisions": merging.collisions(*rows),
        "selected": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/businesses/merge.html", context)


def _shown(row: Model, name: str) -> object:
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    """What was merged, by whom, and whether it was undone."""

    list_display = ("gone", "kept", "kind", "merged_at", "merged_by", "undone_at", "undone_by")
    list_display_links = None
    list_filter = ("kind", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("business", "person", "merged_by", "undone_by")
    date_hierarchy = "merged_at"
    actions = ("undo",)

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("businesses.change_merge")

    @admin.display(description=gettext_lazy("went"))
    def gone(self, row: Merge) -> str:
        return str(row.record["words"])

    @admin.display(description=gettext_lazy("stayed"))
    def kept(self, row: Merge) -> Business | Person | None:
        return row.kept

    @admin.action(description=gettext_lazy("Undo: they are two after all"), permissions=["undo"])
    def undo(self, request: HttpRequest, queryset: QuerySet[Merge]) -> None:
        for merge in queryset.order_by("-merged_at", "-pk"):
            try:
                merging.undo(merge=merge, by=person(request))
                self.message_user(request, _("%(gone)s is back.") % {"gone": merge.record["words"]}, messages.SUCCESS)
            except merging.CannotUndo:
                words = _("%(gone)s can’t come back: something else has taken its place.")
                self.message_user(request, words % {"gone": merge.record["words"]}, messages.ERROR)
