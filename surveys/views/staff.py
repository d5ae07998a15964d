"""For staff: which sessions were answered, sheets of paper taken in and typed, slips written down, what answers come to."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import person, staff_required
from surveys import answering, counting, inviting, signing
from surveys.forms import SlipForm
from surveys.inviting import Head
from surveys.models import AnswerBox
from surveys.results import results_of
from surveys.sheets import Grid, grid
from trainings.models import Session

A_PAGE = 50


@never_cache
@require_safe
@staff_required
def overview(request: HttpRequest) -> HttpResponse:
    """The latest session first, with how many answered and what is left to type."""
    _allow(request, "surveys.view_answerbox")
    over = Session.objects.published().with_names().filter(starts_at__lte=timezone.now())
    sessions = over.exclude(state=Session.State.CANCELLED).order_by("-starts_at", "-pk")
    page = Paginator(sessions, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "surveys/overview.html", {"page": page, "turnouts": counting.turnouts(page)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def sheets(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who was there: one tap beside the name takes a sheet in, another gives it back."""
    session = _session(request, uid, "surveys.change_answerbox")
    if request.method == "POST":
        _tap(request, session)
        return redirect(f"{request.path}#{request.POST.get('head', '')[:40]}")
    box, turnout = answering.box_of(session), counting.turnout_of(session)
    people = counting.listed(session, box)
    context = {"box": box, "turnout": turnout, "people": people, "forgotten": turnout.present - len(people)}
    return render(request, "surveys/sheets.html", _context(session) | context)


def _tap(request: HttpRequest, session: Session) -> None:
    head = _head(session, request.POST.get("head", ""))
    try:
        if "back" in request.POST:
            answering.give_back_sheet(head=head)
        else:
            answering.take_sheet(head=head)
    except answering.AlreadyUsed:
        messages.warning(request, _("%(name)s has answered already.") % {"name": head.name})
    except answering.NotTaken:
        words = _(
            "This sheet was not taken in, or some are typed already: as nobody knows whose, none can be given back."
        )
        messages.warning(request, words)
    except (answering.Closed, answering.NoSurvey):
        messages.warning(request, _("The survey of this session is over."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def typing(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The sheets that were taken in, a row each, by keyboard alone; what is kept stays kept."""
    session = _session(request, uid, "surveys.change_answerbox")
    box = answering.box_of(session)
    if box is None or box.is_closed:
        return render(request, "surveys/typing.html", _context(session) | {"box": box}, status=410 if box else 200)
    questions = box.survey.questions
    if request.method != "POST":
        return _type(request, session, box, grid(questions, box.sheets_left))
    typed = grid(questions, box.sheets_left, request.POST.dict())
    if typed.is_wrong:
        return _type(request, session, box, typed, status=422)
    return _keep(request, session, box, typed)


def _keep(request: HttpRequest, session: Session, box: AnswerBox, typed: Grid) -> HttpResponse:
    before = request.POST.get("typed", "")
    try:
        answering.type_sheets(
            session=session, sheets=typed.sheets, typed_before=int(before) if before.isdecimal() else -1
        )
    except (answering.TypedMeanwhile, answering.TooManySheets):
        words = _(
            "Sheets were typed meanwhile, by somebody else or by a second click. If these are not among them, keep them now."
        )
        messages.warning(request, words)
        box.refresh_from_db()
        return _type(request, session, box, typed, status=409)
    except answering.Closed:
        return redirect("surveys:typing", session.uid)
    n = len(typed.sheets)
    messages.success(request, ngettext("%(n)s sheet is kept.", "%(n)s sheets are kept.", n) % {"n": n})
    return redirect("surveys:typing", session.uid)


def _type(request: HttpRequest, session: Session, box: AnswerBox, typed: Grid, status: int = 200) -> HttpResponse:
    context = {"box": box, "grid": typed, "questions": box.survey.questions}
    return render(request, "surveys/typing.html", _context(session) | context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def slip(request: HttpRequest, uid: UUID, token: str) -> HttpResponse:
    """From paper, or at the desk: the slip of somebody who was there."""
    session = _session(request, uid, "surveys.add_slip")
    head = _head(session, token)
    form = SlipForm(request.POST or None, head=head)
    if form.is_bound and form.is_valid():
        return _write(request, head, form)
    signed = signing.slip_of(head)
    context = _context(session) | {"head": head, "signed": signed, "form": None if signed else form}
    return render(request, "surveys/slip.html", context, status=200 if signed or not form.errors else 422)


def _write(request: HttpRequest, head: Head, form: SlipForm) -> HttpResponse:
    try:
        signing.sign(head=head, language=head.registration.language, by=person(request), **form.signed)
    except signing.AlreadySigned:
        messages.warning(request, _("%(name)s has signed meanwhile: this is the slip.") % {"name": head.name})
        return redirect("surveys:slip", head.session.uid, inviting.token_of(head))
    messages.success(request, _("The slip of %(name)s is kept.") % {"name": head.name})
    return redirect("surveys:sheets", head.session.uid)


@never_cache
@require_safe
@staff_required
def results(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the answers come to, once they are enough; comments in no order."""
    session = _session(request, uid, "surveys.view_answerbox")
    box = answering.box_of(session)
    context = {"box": box, "turnout": counting.turnout_of(session), "results": results_of(box) if box else []}
    return render(request, "surveys/results.html", _context(session) | context)


def _allow(request: HttpRequest, right: str) -> None:
    if not request.user.has_perm(right):
        raise PermissionDenied


def _session(request: HttpRequest, uid: UUID, right: str) -> Session:
    _allow(request, right)
    return get_object_or_404(Session.objects.published().with_names(), uid=uid)


def _head(session: Session, token: str) -> Head:
    head = inviting.head_of(token)
    if head is None or head.session.pk != session.pk:
        raise Http404("Nobody of this session.")
    return head


def _context(session: Session) -> dict[str, object]:
    return {"programme": session.programme, "session": session}
