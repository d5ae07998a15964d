from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People who sign in")

    def ready(self) -> None:
        from accounts import checks  # noqa: F401, PLC0415  checks register themselves when their module is read


class PortalAdminConfig(admin_apps.AdminConfig):
    default = False  # of this package; settings name it
    default_site = "accounts.admin_site.PortalAdminSite"
