from django.urls import path

from reports import city_views, release_views, turnout_views, views

app_name = "reports"
urlpatterns = [
    path("<slug:code>/", release_views.reports, name="reports"),
    path("<slug:code>/made/<int:pk>/", release_views.report, name="report"),
    path("<slug:code>/made/<int:pk>/file/", release_views.report_file, name="report_file"),
    path("<slug:code>/releases/<slug:reference>/", release_views.release, name="release"),
    path("<slug:code>/cities/<slug:city>/share/", city_views.share, name="share"),
    path("<slug:code>/cities/<slug:city>/poster/", city_views.poster, name="poster"),
    path("<slug:code>/cities/<slug:city>/poster/file/", city_views.poster_file, name="poster_file"),
    path("<slug:code>/cities/<slug:city>/shops/", city_views.shop_names, name="shop_names"),
    path("<slug:code>/cities/<slug:city>/shops.<slug:form>", city_views.shop_names_file, name="shop_names_file"),
    path("<slug:code>/turnout/", turnout_views.overview, name="turnout"),
    path("<slug:code>/turnout/<slug:table>.<slug:form>", turnout_views.overview_file, name="turnout_file"),
    path("<slug:code>/figures/", views.figures, name="figures"),
    path("<slug:code>/figures/<slug:figure>/", views.figure, name="figure"),
    path("<slug:code>/figures/<slug:figure>/<slug:by>.<slug:form>", views.figure_table, name="figure_table"),
]
