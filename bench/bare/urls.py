from django.urls import path

from bench.bare import views

urlpatterns = [
    path("start/", views.start),
    path("page/<int:size>/", views.page, name="page"),
    path("save/", views.save),
    path("evening/<int:pk>/<int:size>/", views.evening),
    path("evening/<int:pk>/seat/", views.seat, name="seat"),
]
