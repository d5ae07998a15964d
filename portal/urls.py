from django.contrib import admin
from django.urls import include, path

from portal import health
from portal.inbox import demo_urls

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("diagnostic/", include("diagnostics.urls")),
    path("trainings/", include("trainings.urls")),
    path("reports/", include("reports.urls")),
    path("survey/", include("surveys.urls")),
    path("", include("portal.pages_urls")),
    *demo_urls(),
]
