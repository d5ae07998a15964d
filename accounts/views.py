from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url, passthrough_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import signing_in
from accounts.forms import AddressForm, CodeForm
from accounts.signing_in import PendingSignIn, TooManyTries, WrongCode


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """One field, the same for those who have an account and those who do not."""
    if request.user.is_authenticated:
        return redirect(get_login_redirect_url(request))
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            signing_in.send_code(request, form.cleaned_data["email"])
            return redirect(_onwards(request, "account_confirm_login_code"))
        except TooManyTries as error:
            form.add_error("email", str(error))
    return render(request, "account/login.html", {"form": form, "next": get_next_redirect_url(request)})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_login_code(request: HttpRequest) -> HttpResponse:
    pending = PendingSignIn.of(request)
    if request.user.is_authenticated or not pending:
        return redirect(_onwards(request, "account_login"))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            return signing_in.sign_in(
                request, pending, form.cleaned_data["code"], target=get_next_redirect_url(request)
            )
        except WrongCode as error:
            form.add_error("code", str(error))
        except TooManyTries as error:
            messages.error(request, str(error))
            return redirect(_onwards(request, "account_login"))
    context = {"form": form, "email": pending.email, "next": get_next_redirect_url(request)}
    return render(request, "account/confirm_login_code.html", context)


class SetUpSecondFactor(ActivateTOTPView):  # type: ignore[misc]  # allauth carries no types
    """allauth's page; whoever has just typed the app's code has used the second factor, and is not asked for it again."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, app, reauthenticated=True)
        return response


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """allauth's own page notes on a GET that the codes were seen; ours only shows them."""
    codes = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    return render(request, "mfa/recovery_codes/index.html", {"codes": codes.wrap().get_unused_codes()})


def _onwards(request: HttpRequest, name: str) -> str:
    return str(passthrough_next_redirect_url(request, reverse(name), "next"))
