from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from diagnostics import access, reporting
from outbox import files
from rendering.languages import read_in

# Seconds between two looks of a browser without JavaScript.
REFRESH = 2


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST asks for the report; GET shows how far it is: looked at again by htmx, or by a page that refreshes itself."""
    diagnostic = access.completed_of(request, public_id)
    language = read_in()
    if request.method == "POST":
        by = request.user if request.user.is_authenticated else None
        reporting.ask_for(diagnostic=diagnostic, language=language, by=by)
        return redirect("diagnostics:report", public_id)
    job = reporting.job_of(diagnostic, language)
    if job is None:
        return redirect("diagnostics:result", public_id)
    context = {"programme": diagnostic.programme, "diagnostic": diagnostic, "job": job}
    is_partial = "HX-Request" in request.headers
    template = "diagnostics/report.html#progress" if is_partial else "diagnostics/report.html"
    response = render(request, template, context)
    if job.is_open and not is_partial:
        response["Refresh"] = str(REFRESH)
    return response


@login_not_required
@never_cache
@require_safe
def report_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The file itself, for its owner or the holder of the secret link. What expired or was damaged is made again."""
    diagnostic = access.completed_of(request, public_id)
    job = reporting.job_of(diagnostic, read_in())
    if job is None or job.file is None:
        raise Http404("No report was asked for.")
    try:
        return files.serve(job.file)
    except files.UnservableFile:
        context = {"programme": diagnostic.programme, "diagnostic": diagnostic, "job": None}
        return render(request, "diagnostics/report.html", context, status=410)
