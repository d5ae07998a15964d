"""Six weeks after the slip: what came of the wish, by the link of the mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys import signing
from surveys.forms import OutcomeForm


@login_not_required  # the link is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    """Done, booked, or not and why; it can be corrected as long as the link lives."""
    slip = signing.slip_with(token)
    if slip is None:
        return render(request, "surveys/bad_link.html", status=404)
    session = slip.registration.session
    said = {"outcome": slip.outcome, "reason": slip.outcome_reason}
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial=said)
    if form.is_bound and form.is_valid():
        signing.tell(slip=slip, **form.cleaned_data)
        return redirect("surveys:outcome", token)
    context = {"programme": session.programme, "session": session, "slip": slip, "form": form}
    return render(request, "surveys/outcome.html", context, status=422 if form.errors else 200)
