from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.i18n import set_language

from portal import views
from portal.privacy import views as privacy

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("p/<slug:code>/", views.programme, name="programme"),
    path("p/<slug:code>/about/", views.notices, name="notices"),
    path("my/", views.my_space, name="my_space"),
    path("my/requests/<int:membership>/", views.decide, name="decide"),
    path("my/data/", privacy.my_data, name="my_data"),
    re_path(r"^my/data/file\.(?P<form>pdf|json)$", privacy.my_data_file, name="my_data_file"),
    path("my/erase/", privacy.erase_me, name="erase_me"),
    path("my/erase/now/", privacy.erase_me_now, name="erase_me_now"),
    path("erase/<str:token>/", privacy.erase_by_link, name="erase_by_link"),
    path("erase/<str:token>/now/", privacy.erase_by_link_now, name="erase_by_link_now"),
    path("erased/", privacy.erased, name="erased"),
    path("language/", login_not_required(set_language), name="set_language"),
    re_path(r"^colours/(?P<colour>[0-9a-f]{6})\.css$", views.colours, name="colours"),
]
