from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.i18n import set_language

from portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("p/<slug:code>/", views.programme, name="programme"),
    path("p/<slug:code>/about/", views.notices, name="notices"),
    path("my/", views.my_space, name="my_space"),
    path("my/requests/<int:membership>/", views.decide, name="decide"),
    path("language/", login_not_required(set_language), name="set_language"),
    re_path(r"^colours/(?P<colour>[0-9a-f]{6})\.css$", views.colours, name="colours"),
]
