from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import person
from accounts.forms import InviteForm, UserForm
from accounts.inviting import invite, may_manage, roles_given_by, withdraw
from accounts.models import Invitation, User
from accounts.roles import Role
from accounts.second_factor import forget_second_factor
from rendering.languages import read_in


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role.value, str(role.label)) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        role = self.value()
        return queryset.filter(groups__name=role) if role in Role else queryset


class InvitationInline(admin.TabularInline):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """Who gave which role, and when: the record, which nobody edits."""

    model = Invitation
    fk_name = "user"
    fields = readonly_fields = ("role", "invited_at", "invited_by", "withdrawn_at", "withdrawn_by")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("accounts.view_user")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    form = UserForm
    list_display = ("email", "name", "held_roles", "invited", "last_login", "second_factor", "is_active")
    list_filter = (RoleFilter, "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "language", "is_active", "held_roles", "second_factor", "joined_at", "last_login")
    readonly_fields = ("held_roles", "second_factor", "joined_at", "last_login")
    inlines = (InvitationInline,)
    actions = ("invite_again", "withdraw_roles", "reset_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        app = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        users = super().get_queryset(request).annotate(has_app=Exists(app))
        found: QuerySet[User] = users.prefetch_related("groups", "invitations__invited_by")
        return found

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.invite_page)
        return [path("invite/", page, name="accounts_user_invite"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # one is invited, or signs in

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj == request.user or may_manage(person(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or (obj != request.user and may_manage(person(request), obj)))

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return bool(roles_given_by(person(request)))

    def invite_page(self, request: HttpRequest) -> HttpResponse:
        if not self.has_invite_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST or None, roles=roles_given_by(person(request)), initial={"language": read_in()})
        if form.is_valid():
            invitation = invite(**form.cleaned_data, by=person(request))
            told = _("%(user)s is invited as %(role)s.")
            self.message_user(request, told % {"user": invitation.user, "role": invitation.get_role_display()})
            return redirect("admin:accounts_user_changelist")
        context = self.admin_site.each_context(request) | {
            "form": form,
            "opts": self.opts,
            "title": _("Invite someone"),
        }
        return TemplateResponse(request, "admin/accounts/user/invite.html", context)

    @admin.display(description=_("roles"))
    def held_roles(self, user: User) -> str:
        return ", ".join(str(role.label) for role in user.roles)

    @admin.display(description=_("invited"))
    def invited(self, user: User) -> str:
        latest = next(iter(user.invitations.all()), None)
        if latest is None:
            return ""
        by = latest.invited_by or _("the command line")
        return _("%(date)s by %(user)s") % {
            "date": date_format(localtime(latest.invited_at), "SHORT_DATE_FORMAT"),
            "user": by,
        }

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        return bool(getattr(user, "has_app", False))

    @admin.action(description=_("Send the invitation again"), permissions=["invite"])
    def invite_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        open_to = roles_given_by(person(request))
        held = [(user, role) for user in queryset for role in user.roles if role in open_to]
        for user, role in held:
            invite(email=user.email, role=role, by=person(request), again=True)
        self._tell(request, len(held))

    @admin.action(description=_("Withdraw their roles"), permissions=["invite"])
    def withdraw_roles(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        held = [(user, role) for user in queryset for role in user.roles]
        with transaction.atomic():
            for user, role in held:
                withdraw(user=user, role=role, by=person(request))
        self._tell(request, len(held))

    @admin.action(description=_("Forget their second factor (lost phone)"), permissions=["invite"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        users = list(queryset)
        if not all(may_manage(person(request), user) for user in users):
            raise PermissionDenied
        for user in users:
            forget_second_factor(user)
            self.log_change(request, user, "Second factor forgotten.")
        self._tell(request, len(users))

    def _tell(self, request: HttpRequest, count: int) -> None:
        told = ngettext("Done for %(count)s role or person.", "Done for %(count)s roles or persons.", count)
        self.message_user(request, told % {"count": count}, messages.SUCCESS if count else messages.WARNING)
