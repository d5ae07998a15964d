from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.access import is_staff_with_second_factor, way_to_staff_pages

# Their pages would show secrets, or let one change by hand what roles.yaml says.
WITHOUT_PAGES = {"account", "auth", "mfa"}


class PortalAdminSite(AdminSite):
    """The stock admin behind the portal's own sign-in and a second factor."""

    site_title = site_header = _("Tremplin administration")
    index_title = _("What would you like to do?")

    def has_permission(self, request: HttpRequest) -> bool:
        return is_staff_with_second_factor(request)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        target = LoginView(request=request).get_redirect_url() or reverse("admin:index", current_app=self.name)
        return way_to_staff_pages(request, target) or HttpResponseRedirect(target)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        with_pages = [model for model in models if model._meta.app_label not in WITHOUT_PAGES]
        super().register(with_pages, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [route for route in super().get_urls() if "password_change" not in str(route.pattern)]
