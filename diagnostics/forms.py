from itertools import groupby
from operator import itemgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms import AddressField
from asking.statements import Given, Statement
from businesses.models import StaffSize, SubSector
from programmes.models import City, Programme
from programmes.naming import NameField
from questionnaires.texts import said
from trainings.forms import city_typed

LONGEST_EMAIL = 254
EMAIL_INPUT = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})


TRADES = Statement(
    lambda: SubSector.objects.offered().filter(programme=Given("programme")).values_list("family__names", "pk", "names")
)


class StartForm(forms.Form):
    """Which trade, where, how many people: nothing personal."""

    sub_sector = forms.ModelChoiceField(
        SubSector.objects.none(),
        label=gettext_lazy("Your trade"),
        error_messages={
            "required": gettext_lazy("Choose your trade: the advice depends on it."),
            "invalid_choice": gettext_lazy("This trade is not in the list: please choose again."),
        },
    )
    place = forms.CharField(
        label=gettext_lazy("Your municipality or postal code"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("For sessions near you. Leave it empty if you are elsewhere."),
    )
    staff_size = forms.ChoiceField(
        choices=StaffSize,
        label=gettext_lazy("How many people work there?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how many of you there are.")},
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        trades = SubSector.objects.offered().filter(programme=programme).select_related("family")
        self.trades = trades.only("code", "names", "family__names")
        trade = self.fields["sub_sector"]
        if isinstance(trade, forms.ModelChoiceField):
            trade.queryset = self.trades

    @property
    def families(self) -> tuple[tuple[str, tuple[tuple[int, str, bool], ...]], ...]:
        """Each family of trades with the number and the name of its trades, and whether it is the one that was chosen."""
        chosen = str(self["sub_sector"].value())
        return tuple(
            (said(family), tuple((pk, said(names), str(pk) == chosen) for _, pk, names in trades))
            for family, trades in groupby(TRADES.rows(programme=self.programme.pk), key=itemgetter(0))
        )

    def clean_place(self) -> City | None:
        return city_typed(self.programme, self.cleaned_data["place"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("The code you wrote down"),
        max_length=20,
        help_text=gettext_lazy("Eight letters and digits, like K7QM-3XPA."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class EmailForm(forms.Form):
    email = AddressField(label=gettext_lazy("Your e-mail"), max_length=LONGEST_EMAIL, widget=EMAIL_INPUT)


class TellMeForm(forms.Form):
    """Where to write, and near which municipality; asks only for what is not known."""

    place = forms.CharField(label=gettext_lazy("Your municipality or postal code"), max_length=80)
    email = AddressField(label=gettext_lazy("Your e-mail"), max_length=LONGEST_EMAIL, widget=EMAIL_INPUT)

    def __init__(self, *args: Any, programme: Programme, needs_place: bool, needs_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        if not needs_place:
            del self.fields["place"]
        if not needs_email:
            del self.fields["email"]

    def clean_place(self) -> City | None:
        return city_typed(self.programme, self.cleaned_data["place"])


class AttachForm(forms.Form):
    """Which shop the result belongs to; the number is never required."""

    person_name = NameField(
        label=gettext_lazy("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    name = NameField(
        label=gettext_lazy("The name on your shop front"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    street = forms.CharField(
        label=gettext_lazy("Street and number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    number = forms.CharField(
        label=gettext_lazy("Enterprise number"),
        required=False,
        max_length=20,
        help_text=gettext_lazy(
            "The VAT number on your till receipt. It helps us not to count your shop twice; you may leave it out."
        ),
    )

    @property
    def shop(self) -> dict[str, str]:
        """What tells this shop from others."""
        return {field: self.cleaned_data[field] for field in ("name", "number", "street", "postal_code")}
