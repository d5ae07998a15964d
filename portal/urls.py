from django.contrib import admin
from django.urls import include, path, re_path

from portal import health
from portal.inbox import demo_urls
from trainings.views.catalogue import short_address

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("diagnostic/", include("diagnostics.urls")),
    path("trainings/", include("trainings.urls")),
    path("reports/", include("reports.urls")),
    path("survey/", include("surveys.urls")),
    re_path(r"^s/(?P<start>[0-9a-fA-F]{8})/(?P<via>[\w-]{1,40})/$", short_address, name="short_address"),
    path("", include("portal.pages_urls")),
    *demo_urls(),
]
