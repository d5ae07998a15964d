from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from diagnostics import access, links, taking
from diagnostics.models import Diagnostic
from diagnostics.pages import Asked, Page, Progress, asked, located, minutes_left, page_codes, page_of, posted_answers
from questionnaires.texts import said


def to_first_page(diagnostic: Diagnostic) -> HttpResponse:
    return to_page(diagnostic, next(iter(page_codes(diagnostic)), ""))


def to_page(diagnostic: Diagnostic, code: str) -> HttpResponse:
    """To that page, or to the end where no question concerns the trade."""
    if code:
        return redirect("diagnostics:page", diagnostic.public_id, code)
    return redirect("diagnostics:finish", diagnostic.public_id)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, public_id: UUID, code: str) -> HttpResponse:
    """One dimension; whichever button is pressed, what is on the page is kept."""
    diagnostic = access.answered_of(request, public_id)
    here = page_of(diagnostic, code)
    if here is None:
        raise Http404
    if diagnostic.is_completed:
        return _already_completed(request, diagnostic)
    if request.method != "POST":
        return _draw(request, diagnostic, here, asked(diagnostic, code))
    answers, mistakes = posted_answers(diagnostic, code, request.POST)
    try:
        taking.keep(diagnostic=diagnostic, answers=answers)
    except taking.AlreadyCompleted:
        return _already_completed(request, diagnostic)
    if mistakes:
        return _draw(request, diagnostic, here, asked(diagnostic, code, request.POST, mistakes), status=422)
    return _onward(request, diagnostic, here)


def _draw(
    request: HttpRequest, diagnostic: Diagnostic, here: Page, questions: list[Asked], status: int = 200
) -> HttpResponse:
    context = {
        "programme": diagnostic.programme,
        "diagnostic": diagnostic,
        "page": here,
        "progress": Progress(here.number, here.total, minutes_left(diagnostic)),
        "questions": questions,
        "mistakes": [question for question in questions if question.mistake],
        "code": links.own_code(diagnostic),
    }
    return render(request, "diagnostics/page.html", context, status=status)


def _onward(request: HttpRequest, diagnostic: Diagnostic, here: Page) -> HttpResponse:
    if request.POST.get("go") == "back" and here.before:
        return redirect("diagnostics:page", diagnostic.public_id, here.before)
    if here.after:
        return redirect("diagnostics:page", diagnostic.public_id, here.after)
    try:
        taking.complete(diagnostic=diagnostic)
    except taking.Unanswered:
        return redirect("diagnostics:finish", diagnostic.public_id)
    return redirect("diagnostics:result", diagnostic.public_id)


def _already_completed(request: HttpRequest, diagnostic: Diagnostic) -> HttpResponse:
    messages.info(
        request, _("This diagnostic is completed. To correct it, do it again: your answers will be filled in.")
    )
    return redirect("diagnostics:result", diagnostic.public_id)


@login_not_required
@require_POST
def keep_answer(request: HttpRequest, public_id: UUID, code: str) -> HttpResponse:
    """Keeps one answer the moment it is given (htmx); says so, with the minutes that are left."""
    diagnostic = access.answered_of(request, public_id)
    if page_of(diagnostic, code) is None:
        raise Http404
    answers, mistakes = posted_answers(diagnostic, code, request.POST)
    try:
        taking.keep(diagnostic=diagnostic, answers=answers)
    except taking.AlreadyCompleted:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = _already_completed(request, diagnostic)["Location"]
        return response
    context = {"minutes": minutes_left(diagnostic), "mistake": next(iter(mistakes.values()), "")}
    return render(request, "diagnostics/page.html#kept", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was left open, page by page; then the result, with or without it."""
    diagnostic = access.diagnostic_of(request, public_id)
    if request.method == "POST":
        taking.complete(diagnostic=diagnostic, accept_gaps=True)
    if request.method == "POST" or diagnostic.is_completed:
        return redirect("diagnostics:result", diagnostic.public_id)
    left_out = taking.unanswered(diagnostic)
    context = {
        "programme": diagnostic.programme,
        "diagnostic": diagnostic,
        "left_out": [
            {"code": code, "page": page_code, "text": said(diagnostic.version.question(code)["text"])}
            for code, page_code in located(diagnostic, left_out).items()
        ],
    }
    return render(request, "diagnostics/finish.html", context)
