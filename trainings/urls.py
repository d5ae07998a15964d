from django.urls import path

from trainings.unsubscribing import interest_stop
from trainings.views import catalogue, certificates, documents, door, interests, registering, teaching

app_name = "trainings"
urlpatterns = [
    path("interests/<str:token>/", interests.interest_confirm, name="interest_confirm"),
    path("interests/<str:token>/stop/", interest_stop, name="interest_stop"),
    path("sessions/<uuid:uid>/", catalogue.session, name="session"),
    path("sessions/<uuid:uid>/calendar.ics", catalogue.session_calendar, name="session_calendar"),
    path("sessions/<uuid:uid>/register/", registering.register, name="register"),
    path("sessions/<uuid:uid>/asked/", registering.asked, name="asked"),
    path("registrations/<str:token>/", registering.registration, name="registration"),
    path("mine/<uuid:uid>/", registering.my_registration, name="my_registration"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/<uuid:uid>/", certificates.certificate, name="certificate"),
    path("certificates/<uuid:uid>/file/", certificates.certificate_file, name="certificate_file"),
    path("mine/<uuid:uid>/certificate/", certificates.certificate_issue, name="certificate_issue"),
    path("registrations/<str:token>/certificate/", certificates.certificate_by_link, name="certificate_by_link"),
    path(
        "registrations/<str:token>/certificate/file/",
        certificates.certificate_file_by_link,
        name="certificate_file_by_link",
    ),
    path("check/", certificates.certificate_check, name="certificate_check"),
    path("check/<str:code>/", certificates.certificate_check, name="certificate_check"),
    path("sessions/<uuid:uid>/sheet/", documents.session_sheet, name="session_sheet"),
    path("sessions/<uuid:uid>/sheet/file/", documents.session_sheet_file, name="session_sheet_file"),
    path("sessions/<uuid:uid>/certificates/", documents.session_certificates, name="session_certificates"),
    path(
        "sessions/<uuid:uid>/certificates/file/",
        documents.session_certificates_file,
        name="session_certificates_file",
    ),
    path("door/<str:token>/", door.door, name="door"),
    path("door/<str:token>/tap/", door.door_tap, name="door_tap"),
    path("door/<str:token>/taps/", door.door_taps, name="door_taps"),
    path("door/<str:token>/leave/", door.door_leave, name="door_leave"),
    path("door/<str:token>/worker.js", door.door_worker, name="door_worker"),
    path("teaching/", teaching.teaching, name="teaching"),
    path("teaching/<uuid:uid>/", teaching.teaching_session, name="teaching_session"),
    path("<slug:code>/sessions/", catalogue.sessions, name="sessions"),
    path("<slug:code>/topics/", catalogue.topics, name="topics"),
    path("<slug:code>/topics/<slug:topic_code>/", catalogue.topic, name="topic"),
]
