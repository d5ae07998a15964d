"""The filters of a figure, as they stand in its address."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from businesses.models import SubSector
from figures import days
from figures.definition import Definition, Filters, Protection
from figures.disclosure import answers_floor
from programmes.models import Campaign, City, Grouping, Programme
from rendering import dates
from reports.models import Release, ReleaseQuerySet
from reports.periods import Period, offered

# What narrows, and the filter of a figure that it needs.
NEEDS = {
    "campaign": "campaign",
    "grouping": "cities",
    "city": "cities",
    "sub_sector": "sub_sector",
    "kind": "kind",
    "period": "since",
    "since": "since",
    "until": "until",
}
# Others than staff may not ask by trade or from day to day: by the difference of two filters one learns what a single shop is, or
# said. Of answers they may ask for whole campaigns alone; of what else is protected for nothing: under a filter it would be what is left.
FREE = frozenset({"sub_sector", "since", "until", "as_of"})
FIXED = {
    Protection.NONE: frozenset({*NEEDS, "period"}) - FREE,
    Protection.ANSWERS: frozenset({"campaign"}),
    Protection.FEW: frozenset[str](),
    Protection.JOINT: frozenset[str](),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One filter in words, in the language in which it is read."""

    field: Any
    value: Any

    def __str__(self) -> str:
        if isinstance(self.value, date):
            return f"{self.field.label} {dates.day(self.value)}"
        return str(dict(self.field.choices)[self.value])


def end_of(day: date) -> datetime:
    """The last moment of the day; now, when the day is not over."""
    return min(days.end_of(day), timezone.now())


NOT_LISTED = _("This is not in the list: please choose again.")
# Of days at the ends of the calendar there is no midnight before or after.
TOO_FAR = _("Give a day between 2000 and 2099.")


class Day(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    default_validators = [MinValueValidator(date(2000, 1, 1), TOO_FAR), MaxValueValidator(date(2099, 12, 31), TOO_FAR)]


class Choices(forms.Select):
    """All options in one go: hundreds of cities, each with a template of its own, take longer than most figures."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        marks = {True: mark_safe(" selected"), False: ""}
        options = ((code, marks[code == (value or "")], words) for code, words in self.choices)
        return format_html(
            "<select{}>{}</select>", shown, format_html_join("", '<option value="{}"{}>{}</option>', options)
        )


class NarrowForm(forms.Form):
    """Only what the figure accepts and the reader may ask; everything is optional."""

    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    grouping = forms.ChoiceField(label=_("Province or grouping"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    sub_sector = forms.ChoiceField(label=_("Trade"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    period = forms.ChoiceField(label=_("Quarter or year"), required=False)
    since = Day(label=_("From"), required=False)
    until = Day(label=_("To"), required=False)
    as_of = Day(label=_("As it stood on"), required=False)

    def __init__(self, asked: Any, *, programme: Programme, definition: Definition, is_free: bool) -> None:
        super().__init__(asked)
        self.programme, self.definition, self.is_free = programme, definition, is_free
        wanted = frozenset({*NEEDS, "as_of"}) - {"period"} if is_free else FIXED[definition.protection]
        for name in [*self.fields]:
            if name not in wanted or NEEDS.get(name, name) not in self._accepted:
                del self.fields[name]
        self._offer_choices()

    @property
    def _accepted(self) -> frozenset[str]:
        return self.definition.accepts if self.definition.undated else self.definition.accepts | {"as_of"}

    def _offer_choices(self) -> None:
        own: dict[str, Callable[[], Iterable[tuple[str, object]]]] = {
            "campaign": lambda: _named(Campaign.objects.filter(programme=self.programme).order_by("-starts_on")),
            "grouping": lambda: _named(Grouping.objects.offered().filter(programme=self.programme)),
            "city": lambda: _named(City.objects.filter(programme=self.programme)),
            "sub_sector": lambda: _named(SubSector.objects.filter(programme=self.programme)),
            "period": lambda: [(code, each.name) for code, each in self._periods.items()],
            "kind": lambda: [(code, capfirst(words)) for code, words in self.definition.kinds],
        }
        for name, choices in own.items():
            if name in self.fields:
                self._offer(name, [*choices()])

    def _offer(self, name: str, choices: list[tuple[str, object]]) -> None:
        """A list of nothing is not shown."""
        if choices:
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, required=False, choices=[("", _("all")), *choices], widget=Choices
            )
            self.fields[name].error_messages["invalid_choice"] = NOT_LISTED
        else:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error(
                "until", _("The period ends before it begins: give a later day, or leave one of the two empty.")
            )
        return cleaned

    @property
    def place(self) -> dict[str, Any]:
        """The city and the grouping, as what belongs to one of them or to neither is filtered."""
        codes = {name: self.cleaned_data.get(name) for name in ("city", "grouping")}
        return {f"{name}__code" if code else name: code or None for name, code in codes.items()}

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def filters(self) -> Filters:
        """Of a form that is valid."""
        asked = self.cleaned_data
        as_of = asked.get("as_of")
        period = self._periods[asked["period"]] if asked.get("period") else None
        return Filters(
            programme=self.programme.pk,
            campaign=self._key(Campaign, "campaign"),
            cities=self._cities(),
            sub_sector=self._key(SubSector, "sub_sector"),
            kind=asked.get("kind", ""),
            since=period.since if period else asked.get("since"),
            until=period.until if period else asked.get("until"),
            least=0 if self.is_free else answers_floor(),
            **({"as_of": end_of(as_of)} if as_of else {}),
        )

    @cached_property
    def _periods(self) -> dict[str, Period]:
        found = offered(self.programme, timezone.localdate())
        return {period.code: period for period in found if not period.campaign}

    def _key(self, model: Any, name: str) -> int | None:
        code = self.cleaned_data.get(name)
        return model.objects.get(programme=self.programme, code=code).pk if code else None

    def _cities(self) -> frozenset[int] | None:
        city, grouping = self._key(City, "city"), self.cleaned_data.get("grouping")
        own = None if city is None else frozenset([city])
        if not grouping:
            return own
        members = Grouping.objects.get(programme=self.programme, code=grouping).cities
        together = frozenset(members.values_list("pk", flat=True))
        return together if own is None else together & own

    def said(self) -> list[object]:
        """What was chosen, in words, each in the language in which it is read."""
        chosen = {name: self.cleaned_data.get(name) for name in self.fields if name != "as_of"}
        return [Chosen(self.fields[name], value) for name, value in chosen.items() if value]


class BackForm(forms.Form):
    """From which report one looks at what came since; staff may also give a day."""

    release = forms.ModelChoiceField(
        Release.objects.none(), to_field_name="reference", label=_("Since this report"), required=False
    )
    report = Day(label=_("or since the end of this day"), required=False)

    def __init__(self, asked: Any, *, known: ReleaseQuerySet, offered: Sequence[Release], is_free: bool) -> None:
        super().__init__(asked)
        field: Any = self.fields["release"]
        field.queryset = known
        field.widget.choices = [("", _("none")), *((one.reference, _dated(one)) for one in offered)]
        if not is_free:
            del self.fields["report"]

    def clean_report(self) -> date | None:
        day: date | None = self.cleaned_data["report"]
        if day and day >= timezone.localdate():
            raise forms.ValidationError(_("That day is not over yet: give an earlier one."))
        return day


def _dated(release: Release) -> str:
    return f"{release.reference} · {date_format(release.as_of_on, 'SHORT_DATE_FORMAT')}"


def _named(rows: Any) -> list[tuple[str, object]]:
    return [(row.code, row) for row in rows]
