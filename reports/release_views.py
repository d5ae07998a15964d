"""Releases and reports for who may read them: an official those of the own cities, the ministry and staff all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import person, way_to_staff_pages
from accounts.models import User
from accounts.roles import Role
from outbox import files
from outbox.models import Job
from programmes.models import OFFERED_AS, Programme
from reports import making, sharing, turnout
from reports.access import may_see_rows
from reports.asking import FORMS, AskForm, cities_of
from reports.models import Release, ReleaseQuerySet
from reports.reading import Reading
from reports.subjects import Subject

REFRESH = 2
LISTED = 30

type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def report_readers_only[**P](view: Page[P]) -> Page[P]:
    """Officials, the ministry, and staff who have shown their second factor; what each may read is asked of the rows."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if may_see_rows(user):
            return way_to_staff_pages(request, request.get_full_path()) or view(request, *args, **kwargs)
        if not {Role.MINISTRY_READER, Role.CITY_OFFICIAL} & set(user.roles):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@report_readers_only
def reports(request: HttpRequest, code: str) -> HttpResponse:
    """The space of an official, and of whoever reads reports: ask, find again, read, share. POST asks."""
    programme, user = _programme_for(request, code)
    form = AskForm(request.POST if request.method == "POST" else None, programme=programme, user=user)
    if form.is_valid():
        asked = form.cleaned_data
        job = making.ask_for(subject=form.subject, form=asked["form"], on=asked.get("on"), by=user)
        return redirect("reports:report", code, job.pk)
    context = {
        "programme": programme,
        "form": form,
        "asked": [_asked(job, form) for job in making.of(user, programme)[:LISTED]],
        "releases": _releases(user, programme)[:LISTED],
        "days": making.KEPT.days,
        **_of_the_city(user, programme),
    }
    return render(request, "reports/reports.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@report_readers_only
def release(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """A release to read in the browser; POST asks for it as a file."""
    programme, user = _programme_for(request, code)
    found = get_object_or_404(_releases(user, programme), reference=reference)
    form = request.POST.get("form", "")
    if request.method == "POST":
        if form not in making.WRITERS:
            raise Http404
        subject = Subject(programme, found.span, found.city, found.grouping)
        return redirect(
            "reports:report", code, making.ask_for(subject=subject, form=form, on=found.as_of_on, by=user).pk
        )
    context = {"programme": programme, "release": found, "reading": Reading(found), "forms": FORMS}
    return render(request, "reports/release.html", context)


@never_cache
@require_safe
@report_readers_only
def report(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """How far it is; once it is there, its file. It can be left and found again."""
    programme, user = _programme_for(request, code)
    job = get_object_or_404(making.of(user, programme), pk=pk)
    is_partial = "HX-Request" in request.headers
    context = {"programme": programme, "job": job, "subject": making.subject_of(job.args), "days": making.KEPT.days}
    template = "reports/report.html#progress" if is_partial else "reports/report.html"
    response = render(request, template, context)
    if job.is_open and not is_partial:
        response["Refresh"] = str(REFRESH)
    return response


@never_cache
@require_safe
@report_readers_only
def report_file(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """To who asked for it, if that person may still read it."""
    programme, user = _programme_for(request, code)
    job = get_object_or_404(making.of(user, programme).exclude(file=None), pk=pk)
    return _served(job) or redirect(reverse("reports:reports", args=[code]))


def _asked(job: Job, form: AskForm) -> dict[str, object]:
    """What was asked for, in the words in which the form offers it."""
    cities = {city.pk: city for city in form.cities.values()}
    groupings = {grouping.pk: grouping for grouping in form.groupings.values()}
    about = cities.get(job.args["city"]) or groupings.get(job.args["grouping"]) or form.programme
    period = form.periods.get(job.args["period"])
    return {"job": job, "about": about, "period": period.name if period else job.args["period"]}


def _served(job: Job) -> HttpResponseBase | None:
    assert job.file  # noqa: S101  those without one were left out
    try:
        return files.serve(job.file)
    except files.UnservableFile:
        return None


def _programme_for(request: HttpRequest, code: str) -> tuple[Programme, User]:
    """404 where this person has nothing to read in the programme."""
    programme, user = OFFERED_AS.get_or_404(code=code), person(request)
    if not making.READ_ALL & set(user.roles) and not cities_of(user, programme):
        raise Http404
    return programme, user


def _releases(user: User, programme: Programme) -> ReleaseQuerySet:
    return Release.objects.visible_to(user).filter(programme=programme).with_names().latest_first().defer("content")


def _of_the_city(user: User, programme: Programme) -> dict[str, object]:
    """What an official finds beside the reports: sessions to share, and who came through what was done."""
    if making.READ_ALL & set(user.roles):
        return {}
    cities = cities_of(user, programme)
    for city in cities:
        city.programme = programme
    done = turnout.of_cities(programme.campaign_at(timezone.localdate()), cities)
    return {"cities": cities, "shares": sharing.shares(cities), "turnouts": done}
