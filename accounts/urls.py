"""The pages of allauth that the portal needs, under the names allauth knows them by. There is no password, hence no page
for one, and no sign-up beside the sign-in."""

from allauth.account.views import account_inactive, logout
from allauth.mfa.base.views import authenticate, index, reauthenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import deactivate_totp
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import views

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-in/", views.login, name="account_request_login_code"),
    path("sign-in/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("sign-in/second-factor/", authenticate, name="mfa_authenticate"),
    path("sign-in/inactive/", account_inactive, name="account_inactive"),
    path("sign-out/", logout, name="account_logout"),
    path("second-factor/", index, name="mfa_index"),
    path("second-factor/again/", require_http_methods(["GET", "POST"])(reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app/", never_cache(views.SetUpSecondFactor.as_view()), name="mfa_activate_totp"),
    path("second-factor/app/remove/", deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery-codes/new/", generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
