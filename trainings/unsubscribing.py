"""The one click by which a mail program ends mails about sessions, for its reader (RFC 8058)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from trainings import interests
from trainings.models import Interest


def headers_for(interest: Interest) -> dict[str, str]:
    """Of a mail that is not strictly about a seat."""
    url = settings.BASE_URL + reverse("trainings:interest_stop", args=[interests.link_token(interest)])
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@login_not_required  # the signed link of the mail is the key
@csrf_exempt  # mail programs post without cookies: there is no session that somebody else could ride on
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET only leads to the page with the button: whoever follows links before people do changes nothing."""
    if request.method != "POST":
        return redirect("trainings:interest_confirm", token)
    try:
        interests.withdraw_all(interest=interests.interest_of(token))
    except Interest.DoesNotExist:
        return HttpResponseNotFound()
    return HttpResponse(content_type="text/plain")
