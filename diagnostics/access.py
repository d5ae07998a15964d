"""Whose diagnostic: this browser's (its session began or resumed it), or that of the person who is signed in."""

from uuid import UUID

from django.http import Http404, HttpRequest

from asking.statements import Given, Statement
from diagnostics.models import Diagnostic, DiagnosticQuerySet
from trainings import finding

SESSION_KEY = "diagnostics"
MOST_HELD = 20

NAMED = Statement(lambda: Diagnostic.objects.with_labels().filter(public_id=Given("public_id")))
ANSWERED = Statement(lambda: Diagnostic.objects.with_rules().filter(public_id=Given("public_id")))
DRAWN = Statement(
    lambda: Diagnostic.objects.with_rules().select_related("programme").filter(public_id=Given("public_id"))
)


def hold(request: HttpRequest, diagnostic: Diagnostic) -> None:
    """From now on this browser may open the diagnostic."""
    others = [held for held in held_ids(request) if held != str(diagnostic.public_id)]
    request.session[SESSION_KEY] = [*others, str(diagnostic.public_id)][-MOST_HELD:]
    finding.remember_place(request, diagnostic.city)


def held_ids(request: HttpRequest) -> list[str]:
    """The public ids that this browser holds, the latest last."""
    held: list[str] = request.session.get(SESSION_KEY, [])
    return held


def visible_to(request: HttpRequest) -> DiagnosticQuerySet:
    mine = Diagnostic.objects.among(held_ids(request))
    return mine | Diagnostic.objects.of(request.user) if request.user.is_authenticated else mine


def diagnostic_of(request: HttpRequest, public_id: UUID) -> Diagnostic:
    """The diagnostic of that number if it is one's own; a stranger learns nothing, not even that it exists."""
    return _own(request, public_id, NAMED)


def answered_of(request: HttpRequest, public_id: UUID) -> Diagnostic:
    """The same for those who are answering: with what its questions need, and on a page the programme that it names."""
    return _own(request, public_id, ANSWERED if request.method == "POST" else DRAWN)


def _own(request: HttpRequest, public_id: UUID, asked: Statement[Diagnostic]) -> Diagnostic:
    is_held = str(public_id) in held_ids(request)
    if not is_held and not visible_to(request).filter(public_id=public_id).exists():
        raise Http404
    return asked.get_or_404(public_id=public_id)


def latest_of(request: HttpRequest) -> Diagnostic | None:
    """What “pick up where you left off” means: the last one that was touched."""
    return visible_to(request).with_labels().order_by("-changed_at").first()


def completed_of(request: HttpRequest, public_id: UUID) -> Diagnostic:
    """The same, where only a result makes sense: there is none before completion."""
    diagnostic = diagnostic_of(request, public_id)
    if not diagnostic.is_completed:
        raise Http404("Not completed.")
    return diagnostic
