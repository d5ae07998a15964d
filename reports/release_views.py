"""Releases and reports for who may read them: an official those of the own cities, the ministry and staff all."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import person
from accounts.models import User
from outbox import files
from outbox.models import Job
from programmes.models import OFFERED_AS, Programme
from reports import city_report, making, sharing, turnout
from reports.access import reads_figures, report_readers_only
from reports.answer import answer
from reports.asking import FORMS, AskForm, cities_of
from reports.glance import Glance
from reports.models import Release, ReleaseQuerySet
from reports.reading import Reading

REFRESH = 2
LISTED = 30


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
        **_of_the_city(user, form, request.GET.get(turnout.ACTIONS, "")),
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
        job = making.ask_for(subject=found.subject, form=form, on=found.as_of_on, by=user)
        return redirect("reports:report", code, job.pk)
    reading = Reading(found)
    context = {
        "programme": programme,
        "release": found,
        "reading": reading,
        "sentences": [*city_report.sentences(reading)] if found.city else [],
        "answer": [] if found.city else answer(reading),
        "forms": FORMS,
        "leads_to_figures": reads_figures(user),
    }
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
    if not reads_figures(user) and not cities_of(user, programme):
        raise Http404
    return programme, user


def _releases(user: User, programme: Programme) -> ReleaseQuerySet:
    return Release.objects.visible_to(user).filter(programme=programme).with_names().latest_first().defer("content")


def _of_the_city(user: User, form: AskForm, order: str) -> dict[str, object]:
    """What an official finds beside the reports: how the latest campaign goes, sessions to share, and what brought people,
    in the order that was asked for."""
    if reads_figures(user):
        return {}
    cities = [*form.cities.values()]
    for city in cities:
        city.programme = form.programme
    campaign = next((period.campaign for period in form.periods.values() if period.campaign), None)
    return {
        "cities": cities,
        "glance": Glance(campaign, cities) if campaign else None,
        "shares": sharing.shares(cities),
        "actions": turnout.table_of_actions(campaign, order, cities) if campaign else None,
        "definitions": turnout.definitions(of_actions=False),
    }
