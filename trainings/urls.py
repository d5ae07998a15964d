from django.urls import path

from trainings import views

app_name = "trainings"
urlpatterns = [
    path("interests/<str:token>/", views.interest_confirm, name="interest_confirm"),
]
