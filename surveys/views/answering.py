"""For who was there: the code of the check-in, the minute of answering, and the slip on the same screen."""

from contextlib import suppress
from uuid import UUID

from allauth.core.internal import ratelimit  # the public function can't take a try back
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rendering.languages import read_in
from surveys import answering, inviting, signing
from surveys.asked import BadAnswers, Nothing, read
from surveys.forms import SlipForm
from surveys.inviting import Head
from surveys.models import Survey
from surveys.pages import Drawn, drawn
from trainings.models import Session

# At the foot of the page of questions, and of the slip.
SLIP = "slip"


@login_not_required  # the code is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """From the QR on the screen: asks for the four characters of the check-in, on the session's own days.

    Who gives the session knows the codes: after that day nobody but the mail gives a way in.
    """
    session = get_object_or_404(Session.objects.published().with_names(), uid=uid)
    context: dict[str, object] = {"programme": session.programme, "session": session}
    if _is_over(session):
        return render(request, "surveys/closed.html", context, status=410)
    now = timezone.now()
    if not session.is_on_the_day(now):
        return render(request, "surveys/not_today.html", context | {"is_coming": session.is_coming_at(now)}, status=403)
    if request.method != "POST":
        return render(request, "surveys/enter.html", context)
    return _let_in(request, session, context)


def _is_over(session: Session) -> bool:
    box = answering.box_of(session)
    return box is not None and box.is_closed


def _let_in(request: HttpRequest, session: Session, context: dict[str, object]) -> HttpResponse:
    tries = ratelimit.consume(request, app="allauth.account", action="survey_code", key=session.uid.hex)
    if not tries:
        return render(request, "surveys/enter.html", context | {"fault": "limited"}, status=429)
    typed = request.POST.get("code", "")[:20]
    found = inviting.with_code(session, typed)
    if not found:
        return render(request, "surveys/enter.html", context | {"fault": "unknown", "typed": typed}, status=422)
    tries.rollback()
    return redirect("surveys:answer", inviting.token_of(_first_to_answer(found, session)))


def _first_to_answer(found: list[Head], session: Session) -> Head:
    """Two who were given the same code by chance: the invitation that is not used yet."""
    box = answering.box_of(session)
    used = box.used if box else []
    return next((head for head in found if not inviting.is_among(head, used)), found[0])


@login_not_required  # the link is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions; once they are sent, thanks and the slip."""
    head = inviting.head_of(token)
    if head is None:
        return render(request, "surveys/bad_link.html", status=404)
    survey, standing = _standing(head)
    if survey is None or standing == "closed":
        return render(request, "surveys/closed.html", _context(head), status=410)
    if standing == "used":
        return _thanks(request, head)
    if request.method != "POST":
        return _ask(request, head, survey, drawn(survey.questions))
    return _take(request, head, survey)


def _standing(head: Head) -> tuple[Survey | None, str]:
    """The version that is asked in this session, and whether it is open to this head."""
    box = answering.box_of(head.session)
    if box is None:
        return Survey.objects.current_of(head.session.programme), "open"
    if box.is_closed:
        return box.survey, "closed"
    return box.survey, "used" if inviting.is_among(head, box.used) else "open"


def _take(request: HttpRequest, head: Head, survey: Survey) -> HttpResponse:
    questions = survey.questions
    said = {question.code: request.POST.getlist(question.code) for question in questions}
    try:
        answering.answer(head=head, given=read(questions, said))
    except BadAnswers as error:
        return _ask(request, head, survey, drawn(questions, said, error.mistakes), status=422)
    except Nothing:
        return _ask(request, head, survey, drawn(questions, said), status=422, is_empty=True)
    except (answering.AlreadyUsed, answering.Closed, answering.NoSurvey):
        pass  # sent twice, or too late: the page says which
    return redirect("surveys:answer", inviting.token_of(head))


def _ask(
    request: HttpRequest, head: Head, survey: Survey, questions: list[Drawn], status: int = 200, is_empty: bool = False
) -> HttpResponse:
    context = {
        **_context(head),
        "survey": survey,
        "questions": questions,
        "mistakes": [each for each in questions if each.mistake],
        "is_empty": is_empty,
    }
    return render(request, "surveys/answer.html", context, status=status)


def _context(head: Head) -> dict[str, object]:
    return {"programme": head.session.programme, "session": head.session, "head": head}


def _thanks(request: HttpRequest, head: Head) -> HttpResponse:
    """The answer is in; the slip is another thing, and signed."""
    if slip := signing.slip_of(head):
        signed = {"is_signed": True, "waits_for_a_click": signing.waits_for_a_click(slip)}
        return render(request, "surveys/thanks.html", _context(head) | signed)
    form = SlipForm(request.POST if SLIP in request.POST else None, head=head)
    if form.is_bound and form.is_valid():
        return _signed(head, form)
    context = _context(head) | {"form": form}
    return render(request, "surveys/thanks.html", context, status=422 if form.errors else 200)


def _signed(head: Head, form: SlipForm) -> HttpResponse:
    with suppress(signing.AlreadySigned):  # a second click
        signing.sign(head=head, language=read_in(), **form.signed)
    return redirect("surveys:answer", inviting.token_of(head))
