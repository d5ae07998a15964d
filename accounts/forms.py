from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, get_totp_secret
from django import forms
from django.conf import settings
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User, normalised_address
from accounts.roles import Role
from accounts.second_factor import remember_used_code

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class AddressField(forms.EmailField):
    """An e-mail address as the portal keeps it."""

    default_error_messages = {"invalid": _("This is not an e-mail address. Look at it again, letter by letter.")}
    default_validators = [EmailValidator(message=default_error_messages["invalid"])]

    def clean(self, value: Any) -> str:
        address = super().clean(value)
        try:
            return normalised_address(address) if address else address
        except UnicodeError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class AddressForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code you received"), max_length=40, widget=forms.TextInput(attrs=CODE_ATTRIBUTES)
    )


class InviteForm(forms.Form):
    """Every role is a valid answer and the widget offers those one may give: asking for another is refused, not mistyped."""

    email = AddressField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.TypedChoiceField(label=_("Role"), choices=Role.choices, coerce=Role)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].widget.choices = [(role.value, role.label) for role in roles]


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    email = AddressField(label=_("e-mail"))
    language = forms.ChoiceField(label=_("language"), choices=[("", "—"), *settings.LANGUAGES], required=False)

    class Meta:
        model = User
        fields = ("email", "name", "language", "is_active")


class _OneCodeOnce(BaseAuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_digits(self.fields["code"], _("Code of your authenticator app, or a recovery code"))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        remember_used_code(self.authenticator, code)
        return code


class SecondFactorForm(_OneCodeOnce, AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """At the sign-in."""


class SecondFactorAgainForm(_OneCodeOnce, ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """Before a page of staff, once it was long ago."""


class SetUpAppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth carries no types
    """Keeps the secret that was shown first: opening the page twice does not spoil what the phone has already scanned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        shown = get_totp_secret()
        super().__init__(*args, **kwargs)
        self.secret = context.request.session[SECRET_SESSION_KEY] = shown
        _ask_for_digits(self.fields["code"], _("Code that the app shows"))


def _ask_for_digits(field: forms.Field, label: Any) -> None:
    field.label = label
    field.widget.attrs = dict(CODE_ATTRIBUTES)
