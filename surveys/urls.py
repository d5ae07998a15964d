from django.urls import path

from surveys.views import answering, following, paper, room, staff

app_name = "surveys"
urlpatterns = [
    path("", staff.overview, name="overview"),
    path("join/", room.join, name="join"),
    path("answer/<str:token>/", answering.answer, name="answer"),
    path("slips/<str:token>/", following.outcome, name="outcome"),
    path("<uuid:uid>/", answering.enter, name="enter"),
    path("<uuid:uid>/screen/", room.screen, name="screen"),
    path("<uuid:uid>/codes/", room.codes, name="codes"),
    path("<uuid:uid>/sheets/", staff.sheets, name="sheets"),
    path("<uuid:uid>/typing/", staff.typing, name="typing"),
    path("<uuid:uid>/slip/<str:token>/", staff.slip, name="slip"),
    path("<uuid:uid>/results/", staff.results, name="results"),
    path("<uuid:uid>/paper/", paper.paper, name="paper"),
    path("<uuid:uid>/paper/file/", paper.paper_file, name="paper_file"),
]
