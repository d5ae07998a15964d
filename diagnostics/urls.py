from django.urls import path

from diagnostics.views import answering, keeping, report, result, room, starting

app_name = "diagnostics"
urlpatterns = [
    path("start/<slug:code>/", starting.start, name="start"),
    path("start/<slug:code>/trades/", starting.trades, name="trades"),
    path("start/<slug:code>/places/", starting.places, name="places"),
    path("start/<slug:code>/leave/", starting.leave, name="leave"),
    path("start/<slug:code>/share-device/", room.share_device, name="share_device"),
    path("join/", room.join, name="join"),
    path("join/<str:code>/", room.join, name="join"),
    path("rooms/<uuid:uid>/", room.room, name="room"),
    path("resume/", starting.resume, name="resume"),
    path("resume/<str:token>/", starting.resume_link, name="resume_link"),
    path("shared/<uuid:token>/", result.shared, name="shared"),
    path("<uuid:public_id>/go-on/", starting.go_on, name="go_on"),
    path("<uuid:public_id>/finish/", answering.finish, name="finish"),
    path("<uuid:public_id>/result/", result.result, name="result"),
    path("<uuid:public_id>/again/", result.again, name="again"),
    path("<uuid:public_id>/share/", result.share, name="share"),
    path("<uuid:public_id>/unshare/", result.unshare, name="unshare"),
    path("<uuid:public_id>/tell-me/", keeping.tell_me, name="tell_me"),
    path("<uuid:public_id>/keep/", keeping.keep, name="keep"),
    path("<uuid:public_id>/mail-link/", keeping.mail_link, name="mail_link"),
    path("<uuid:public_id>/attach/", keeping.attach, name="attach"),
    path("<uuid:public_id>/report/", report.report, name="report"),
    path("<uuid:public_id>/report/file/", report.report_file, name="report_file"),
    path("<uuid:public_id>/<slug:code>/", answering.page, name="page"),
    path("<uuid:public_id>/<slug:code>/keep-answer/", answering.keep_answer, name="keep_answer"),
]
