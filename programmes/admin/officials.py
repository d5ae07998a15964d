"""Who speaks for which city: given and taken back by the verbs, never edited."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import person
from outbox.admin import ReadOnlyAdmin
from programmes import entrusting
from programmes.models import City, Official
from rendering.languages import read_in


class OfficialForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    city = forms.ModelChoiceField(City.objects.none(), label=gettext_lazy("City"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = City.objects.offered().filter(programme__withdrawn_at=None)
        self.fields["city"].queryset = offered.order_by("name_key")  # type: ignore[attr-defined]


class InForce(admin.SimpleListFilter):
    title = gettext_lazy("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("in force")), ("no", gettext_lazy("withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Official]) -> QuerySet[Official]:
        return queryset if self.value() is None else queryset.filter(withdrawn_at__isnull=self.value() == "yes")


@admin.register(Official)
class OfficialAdmin(ReadOnlyAdmin):
    list_display = ("user", "city", "given_at", "given_by", "withdrawn_at", "withdrawn_by")
    list_filter = (InForce, "city__programme")
    list_select_related = ("user", "city", "given_by", "withdrawn_by")
    list_per_page = 50
    search_fields = ("user__email", "user__name", "city__search_key")
    actions = ("relieve",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The verb asks besides whether one may give the role."""
        return request.user.has_perm("programmes.add_official")

    def has_relieve_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OfficialForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            given = entrusting.entrust(**form.cleaned_data, by=person(request), language=read_in())
            told = _("%(user)s speaks for %(city)s.") % {"user": given.user, "city": given.city}
            self.message_user(request, told, messages.SUCCESS)
            return redirect("admin:programmes_official_changelist")
        context = self.admin_site.each_context(request) | {
            "form": form,
            "opts": self.opts,
            "title": _("Let somebody speak for a city"),
        }
        return TemplateResponse(request, "admin/programmes/official/add.html", context)

    @admin.action(description=gettext_lazy("Take the city back from them"), permissions=["relieve"])
    def relieve(self, request: HttpRequest, queryset: QuerySet[Official]) -> None:
        standing = [*queryset.filter(withdrawn_at=None)]
        with transaction.atomic():
            for official in standing:
                entrusting.relieve(official=official, by=person(request))
        told = ngettext("Taken back from %(count)s person.", "Taken back from %(count)s persons.", len(standing))
        self.message_user(request, told % {"count": len(standing)}, messages.SUCCESS)
