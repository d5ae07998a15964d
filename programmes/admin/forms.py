"""What staff type about the cities."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.engaging import EDITABLE
from programmes.gazetteer import Gazetteer
from programmes.models import Campaign, City, Engagement

type Choices = Iterable[tuple[Any, Any]]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class RowForm(forms.Form):
    """One row of the grid. What follows of itself is left to the verb; what it is called goes with each field."""

    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=150, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Engagement.State)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason of the refusal"),
        choices=[("", gettext_lazy("— why? —")), *Engagement.Reason.choices],
        required=False,
    )
    invited_on = day_field(gettext_lazy("Invited"))
    council_on = day_field(gettext_lazy("Council decision"))
    next_action = forms.CharField(label=gettext_lazy("Next action"), max_length=200, required=False)
    owner = forms.TypedChoiceField(label=gettext_lazy("Owner"), required=False, coerce=int, empty_value=None)
    due_on = day_field(gettext_lazy("Due"))
    last_contact_on = day_field(gettext_lazy("Last contact"))

    def __init__(self, data: Any = None, *, row: Engagement, owners: dict[int, User]) -> None:
        initial = {name: getattr(row, name) for name in EDITABLE} | {"owner": row.owner_id}
        super().__init__(data, initial=initial, auto_id=f"%s-{row.pk}")
        self.row, self.is_kept = row, False
        self.owners = owners | ({row.owner.pk: row.owner} if row.owner else {})
        choices: Choices = [("", "—"), *((pk, str(user)) for pk, user in self.owners.items())]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs |= {"form": f"row-{row.pk}", "aria-label": f"{field.label}, {row.city}"}

    @property
    def revision(self) -> object:
        """Of the row as it stands in the browser: what was refused stays on the one that was shown."""
        return self.data.get("revision", "") if self.is_bound and not self.is_kept else self.row.revision

    @property
    def values(self) -> dict[str, Any]:
        """By the names of the fields."""
        said = {name: self.cleaned_data[name] for name in self.fields}
        owner = said["owner"]
        return said | {"owner": self.owners[owner] if owner else None}

    def blame(self, error: ValidationError) -> None:
        """What the verb refuses, at its field where it names one that is here."""
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            self.add_error(name if name in self.fields else None, messages)

    @property
    def mistakes(self) -> list[str]:
        return [str(message) for messages in self.errors.values() for message in messages]


class WholeRowForm(RowForm):
    """The row on a page of its own, with how to reach the contact."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    field_order = ("contact", "email", "phone")


class NoteForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    text = forms.CharField(label=gettext_lazy("What was said"), max_length=4000, widget=forms.Textarea({"rows": "3"}))
    is_contact = forms.BooleanField(
        label=gettext_lazy("We spoke with the city: it counts as the last contact"), required=False, initial=True
    )


class BeginForm(forms.Form):
    """A city to be taken into the campaign, by its name as it is offered."""

    city = forms.CharField(label=gettext_lazy("City"), max_length=120)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign

    def clean_city(self) -> City:
        cities = Gazetteer(City.objects.offered().filter(programme=self.campaign.programme_id))
        found = cities.called(self.cleaned_data["city"])
        if len(found) != 1:
            raise ValidationError(_("Choose one of the cities of the programme."))
        return found[0]
