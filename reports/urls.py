from django.urls import path

from reports import release_views, views

app_name = "reports"
urlpatterns = [
    path("<slug:code>/", release_views.reports, name="reports"),
    path("<slug:code>/made/<int:pk>/", release_views.report, name="report"),
    path("<slug:code>/made/<int:pk>/file/", release_views.report_file, name="report_file"),
    path("<slug:code>/releases/<slug:reference>/", release_views.release, name="release"),
    path("<slug:code>/figures/", views.figures, name="figures"),
    path("<slug:code>/figures/<slug:figure>/", views.figure, name="figure"),
    path("<slug:code>/figures/<slug:figure>/<slug:by>.<slug:form>", views.figure_table, name="figure_table"),
]
