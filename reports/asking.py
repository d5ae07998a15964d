"""What somebody may ask a report about."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from figures.definition import Filters
from programmes.models import City, Grouping, Programme
from reports import making, periods
from reports.access import may_see_rows, reads_figures
from reports.forms import NOT_LISTED
from reports.still_open import still_open
from reports.subjects import Subject

WHOLE = "whole"
FORMS = ((making.PDF, _("Report to read (PDF)")), (making.XLSX, _("Tables (XLSX)")), (making.CSV, _("Data (CSV)")))


class AskForm(forms.Form):
    """Only what the reader may have: an official the own cities, staff and the ministry everything."""

    about = forms.ChoiceField(label=_("About"), error_messages={"invalid_choice": NOT_LISTED})
    period = forms.ChoiceField(label=_("Period"), error_messages={"invalid_choice": NOT_LISTED})
    form = forms.ChoiceField(label=_("As"), choices=FORMS, widget=forms.RadioSelect, initial=making.PDF)
    on = forms.DateField(
        label=_("As it stood on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: the latest release that counts."),
    )

    def __init__(self, asked: Any, *, programme: Programme, user: User) -> None:
        super().__init__(asked)
        self.programme = programme
        self.cities = {f"city-{city.code}": city for city in cities_of(user, programme)}
        self.groupings: dict[str, Grouping] = {}
        has_all = reads_figures(user)
        if has_all:
            offered = programme.groupings.offered()
            self.groupings = {f"grouping-{grouping.code}": grouping for grouping in offered}
        self.fields["period"].help_text = self._not_all_in(has_all=has_all)
        self.periods = {period.code: period for period in periods.offered(programme, timezone.localdate())}
        self._choices("about", [(WHOLE, _("The whole programme"))] if has_all else [])
        self.fields["period"].choices = [(code, period.name) for code, period in self.periods.items()]  # type: ignore[attr-defined]  # a choice field
        if not may_see_rows(user):
            del self.fields["on"]

    def _not_all_in(self, *, has_all: bool) -> str:
        """That surveys are still open in what may be asked about."""
        own = None if has_all else frozenset(city.pk for city in self.cities.values())
        filters = Filters(self.programme.pk, cities=own)
        found = still_open(filters, filters.as_of)
        return found.now() if found else ""

    def _choices(self, name: str, first: Sequence[tuple[str, Any]]) -> None:
        groupings = [(code, grouping.name) for code, grouping in self.groupings.items()]
        cities = [(code, city.name) for code, city in self.cities.items()]
        self.fields[name].choices = [*first, *groupings, *cities]  # type: ignore[attr-defined]  # a choice field

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come."))
        return day

    @property
    def subject(self) -> Subject:
        """Of a form that is valid."""
        about = self.cleaned_data["about"]
        period = self.periods[self.cleaned_data["period"]]
        return Subject(self.programme, period, self.cities.get(about), self.groupings.get(about))


def cities_of(user: User, programme: Programme) -> Sequence[City]:
    """An official's own; for staff and the ministry all that the programme has spoken to, or gives sessions in."""
    found = City.objects.filter(programme=programme).order_by("name_key")
    if reads_figures(user):
        engaged = found.filter(engagements__isnull=False) | found.filter(sessions__isnull=False)
        return [*engaged.distinct()]
    return [*found.filter(pk__in=City.objects.of_official(user).values("pk"))]


def programmes_read_by(user: User) -> Sequence[Programme]:
    """Those of which this login reads reports as an official or for the ministry; staff find them in the admin."""
    if Role.MINISTRY_READER in user.roles:
        return [*Programme.objects.offered()]
    if Role.CITY_OFFICIAL not in user.roles:
        return []
    own = City.objects.of_official(user).values("programme")
    return [*Programme.objects.offered().filter(pk__in=own)]
