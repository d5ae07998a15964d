from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outbox import leasing
from outbox.mail import TITLES, title_of
from outbox.models import File, Job, Mail, Work, WorkQuerySet


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class WorkAdmin(ReadOnlyAdmin):
    actions = ("try_again",)
    date_hierarchy = "requested_at"
    list_select_related = ("requested_by",)

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"outbox.change_{self.opts.model_name}")

    @admin.action(description=_("Try again"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, queryset: WorkQuerySet[Work]) -> None:
        count = leasing.try_again(queryset)
        told = ngettext("%(count)s is tried again.", "%(count)s are tried again.", count) % {"count": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)


@admin.register(Job)
class JobAdmin(WorkAdmin):
    list_display = ("kind", "key", "state", "attempt", "requested_at", "finished_at", "requested_by", "error")
    list_filter = ("state", "kind")
    search_fields = ("key",)


class ByTitle(admin.AllValuesFieldListFilter):
    """Mails by what they are called in the list."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            named: Mapping[str, Any] = TITLES
            yield choice | {"display": named.get(str(choice["display"]), choice["display"])}


@admin.register(Mail)
class MailAdmin(WorkAdmin):
    list_display = ("what", "to", "language", "state", "attempt", "requested_at", "finished_at", "error")
    list_filter = ("state", ("template", ByTitle), "language")
    search_fields = ("to",)

    @admin.display(description=_("mail"), ordering="template")
    def what(self, mail: Mail) -> str:
        return title_of(mail.template)


@admin.register(File)
class FileAdmin(ReadOnlyAdmin):
    list_display = ("name", "content_type", "size", "created_at", "expires_at", "deleted_at")
    list_filter = ("content_type",)
    search_fields = ("name",)
