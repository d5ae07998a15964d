from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import City, Programme
from programmes.naming import NameField
from trainings.finding import Wanted
from trainings.models import Session, Topic

MOST_SUGGESTED = 8
DISTANCES = (10, 20, 30, 50)


def city_typed(programme: Programme, typed: str) -> City | None:
    """The municipality that somebody typed, by name or postal code; None for nothing. Raises ValidationError."""
    typed = typed.strip()
    if not typed:
        return None
    found = list(City.objects.offered().filter(programme=programme).matching(typed)[: MOST_SUGGESTED + 1])
    if not found:
        raise ValidationError(
            _("No municipality of the programme is called so. Try the postal code, or leave the field empty.")
        )
    exact = [city for city in found if typed.casefold() in map(str.casefold, city.names.values())]
    if len(found) > 1 and not exact:
        names = ", ".join(city.name for city in found[:MOST_SUGGESTED])
        raise ValidationError(_("Several municipalities fit: %(names)s. Type the whole name.") % {"names": names})
    return (exact or found)[0]


class FindForm(forms.Form):
    """What to look for; all of it stands in the address of the page."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=gettext_lazy("Topic"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("All topics"),
    )
    near = forms.CharField(label=gettext_lazy("Near (municipality or postal code)"), required=False, max_length=80)
    within = forms.TypedChoiceField(label=gettext_lazy("How far"), required=False, coerce=int, empty_value=None)
    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    free = forms.BooleanField(label=gettext_lazy("Only with seats left"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        languages = dict(settings.LANGUAGES)
        self.fields["topic"].queryset = Topic.objects.offered().filter(programme=programme)  # type: ignore[attr-defined]
        choices = {
            "within": [("", _("any distance")), *((km, _("up to %(km)s km") % {"km": km}) for km in DISTANCES)],
            "kind": [("", _("all kinds")), *Session.Kind.choices],
            "language": [
                ("", _("all languages")),
                *((code, languages.get(code, code)) for code in programme.languages),
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("This is not in the list: please choose again.")

    def clean_near(self) -> City | None:
        return city_typed(self.programme, self.cleaned_data["near"])

    @property
    def wanted(self) -> Wanted:
        """What was understood: a mistake in one field leaves the others in force."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return Wanted(
            topic=said.get("topic"),
            near=said.get("near"),
            within=said.get("within"),
            first_day=said.get("first"),
            last_day=said.get("last"),
            kind=said.get("kind", ""),
            language=said.get("language", ""),
            is_free=said.get("free", False),
        )

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def is_narrowed_further(self) -> bool:
        """By something that is folded away on a small screen."""
        return any(self.data.get(name) for name in ("first", "last", "kind", "language"))


class TellMeForm(forms.Form):
    """Where to write, and near which municipality."""

    place = forms.CharField(label=gettext_lazy("Your municipality or postal code"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: Any, programme: Programme, needs_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        if not needs_email:
            del self.fields["email"]

    def clean_place(self) -> City | None:
        return city_typed(self.programme, self.cleaned_data["place"])


class RegisterForm(forms.Form):
    """Who comes, from which shop, and how to reach them: forty seconds."""

    name = NameField(
        label=gettext_lazy("Your name"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name: it will be on the list at the door.")},
    )
    shop = NameField(
        label=gettext_lazy("The name on your shop front"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "organization"}),
        error_messages={"required": gettext_lazy("Write the name of your shop.")},
    )
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code of the shop"),
        max_length=10,
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Write the postal code of your shop.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("For the confirmation and the calendar entry."),
        error_messages={"invalid": gettext_lazy("This e-mail is not complete. Compare it with camille@example.com.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        help_text=gettext_lazy("If you have no e-mail: we call you when something changes."),
    )
    with_helper = forms.BooleanField(
        label=gettext_lazy("Somebody from the shop comes along: two seats"), required=False
    )
    helper_name = NameField(
        label=gettext_lazy("Their name"),
        required=False,
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("You may leave it out: they say it at the door."),
    )

    def __init__(self, *args: Any, is_signed_in: bool = False, by_staff: bool = False, **kwargs: Any) -> None:
        """Who is signed in is reached by the address of the login; whom staff register may have neither mail nor phone."""
        super().__init__(*args, **kwargs)
        self.must_be_reachable = not is_signed_in and not by_staff
        if is_signed_in:
            del self.fields["email"]

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone and sum(letter.isdigit() for letter in phone) < 6:
            raise ValidationError(_("This phone number is too short. Write all of its digits."))
        return phone

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.must_be_reachable and not self["email"].data and not self["phone"].data:
            self.add_error(
                "email", _("Leave an e-mail or a phone number, so that we can tell you when something changes.")
            )
        if said.get("helper_name"):
            said["with_helper"] = True
        return said


@dataclass(frozen=True)
class Blank:
    """The form as everybody finds it of whom nothing is known yet: one is like the other, and drawn once."""

    @property
    def form(self) -> RegisterForm:
        return RegisterForm()


class HelperForm(forms.Form):
    """What the helper is called, once there is a registration."""

    helper_name = RegisterForm.base_fields["helper_name"]
