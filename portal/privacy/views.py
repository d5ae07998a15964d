"""“My data”: what one may ask for, by one's login, or by the link to a registration that was made without one."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import person
from businesses.forgetting import Whose
from businesses.models import Person
from outbox import files
from portal.privacy import erasing, handing_over
from portal.privacy.foreseeing import foresee
from portal.privacy.forms import SureForm
from rendering.languages import read_in
from trainings import links

# Seconds between two looks of a browser without JavaScript.
REFRESH = 2


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """POST asks for the files; GET shows how far they are: looked at again by htmx, or by a page that refreshes itself."""
    user = person(request)
    if request.method == "POST":
        handing_over.ask(user=user, language=read_in())
        return redirect("portal:my_data")
    jobs = [job for form in handing_over.FORMS if (job := handing_over.job_of(user, form))]
    context = {
        "is_open": any(job.is_open for job in jobs),
        "has_failed": any(job.is_failed for job in jobs),
        "step": next((job.step for job in jobs if job.is_open), ""),
        "files": [{"form": job.args["form"], "size": job.file.size} for job in jobs if job.file and job.has_file],
    }
    is_partial = "HX-Request" in request.headers
    template = "portal/privacy/my_data.html#progress" if is_partial else "portal/privacy/my_data.html"
    response = render(request, template, context)
    if context["is_open"] and not is_partial:
        response["Refresh"] = str(REFRESH)
    return response


@never_cache
@require_safe
def my_data_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """For the login that asked for it, as long as it stands for the same persons; what expired is asked for again."""
    job = handing_over.job_of(person(request), form)
    if job is None or job.file is None:
        raise Http404("It was not asked for.")
    try:
        return files.serve(job.file)
    except files.UnservableFile:
        return redirect("portal:my_data")


@never_cache
@require_safe
def erase_me(request: HttpRequest) -> HttpResponse:
    """First step: what goes, what stays, and why."""
    user = person(request)
    context = {"foreseen": foresee(Whose.of_login(user)), "works_here": user.is_staff}
    return render(request, "portal/privacy/erase.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me_now(request: HttpRequest) -> HttpResponse:
    """Second step: a word to type."""
    user = person(request)
    if user.is_staff:
        return redirect("portal:erase_me")
    form = SureForm(request.POST or None)
    if form.is_valid():
        erasing.erase_login(user=user, language=read_in())
        logout(request)
        return redirect("portal:erased")
    return render(request, "portal/privacy/erase_now.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required  # the signed link of the mail is the key
@never_cache
@require_safe
def erase_by_link(request: HttpRequest, token: str) -> HttpResponse:
    context = {"foreseen": foresee(Whose.of_person(_person_of(token))), "token": token}
    return render(request, "portal/privacy/erase.html", context)


@login_not_required  # the signed link of the mail is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_by_link_now(request: HttpRequest, token: str) -> HttpResponse:
    whose = _person_of(token)
    form = SureForm(request.POST or None)
    if form.is_valid():
        erasing.erase_person(person=whose, language=read_in())
        return redirect("portal:erased")
    context = {"form": form, "token": token}
    return render(request, "portal/privacy/erase_now.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy/erased.html")


def _person_of(token: str) -> Person:
    """Who registered without a login. Raises Http404; who has a login erases themselves with it."""
    try:
        found = links.registration_of(token).standing.person
    except (links.BadLink, links.ExpiredLink) as error:
        raise Http404 from error
    if found.user_id or not (found.name or found.email or found.phone):
        raise Http404("Has a login, or was forgotten.")
    return found
