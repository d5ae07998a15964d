from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trainings import interests
from trainings.models import Interest

PAGE = "trainings/interest_confirm.html"


@login_not_required  # the signed link of the mail is the key
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest_confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        interest = interests.interest_of(token)
    except Interest.DoesNotExist:
        return render(request, PAGE, {"is_altered": True}, status=404)
    has_expired = interests.has_expired(token)
    if request.method == "POST":
        if request.POST.get("do") == "withdraw":
            interests.withdraw_all(interest=interest)
        elif not has_expired:
            interests.confirm(interest=interest)
        return redirect(request.path)
    beside = Interest.objects.beside(interest).with_names()
    context = {
        "programme": interest.topic.programme,
        "pending": beside.pending(),
        "standing": beside.standing(),
        "has_expired": has_expired,
    }
    return render(request, PAGE, context)
