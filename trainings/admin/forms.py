"""What staff type."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminDateWidget, AdminTimeWidget
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from programmes.naming import NameField
from trainings.admin.asking import below_taken
from trainings.models import Module, Session, SessionDate
from trainings.outlook import Every

MOST_IN_A_SERIES = 26
OF_THE_PROGRAMME = ("campaign", "topic", "module", "host")


class TextsWidget(forms.MultiWidget):
    """One box a language."""

    def __init__(self, box: type[forms.Textarea | forms.TextInput], attrs: dict[str, str] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: box({"aria-label": name, "placeholder": name, **(attrs or {})}) for code, name in settings.LANGUAGES
        }
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code, _name in settings.LANGUAGES]


class TextsField(forms.MultiValueField):
    """A text in the languages of the portal, as a mapping; what is empty is left out."""

    def __init__(self, *, box: type[forms.Textarea | forms.TextInput] = forms.TextInput, **kwargs: Any) -> None:
        self.widget = TextsWidget(box, {"class": "vTextField"} if box is forms.TextInput else {"rows": "2"})
        fields = [forms.CharField(required=False, max_length=500) for _language in settings.LANGUAGES]
        super().__init__(fields, required=False, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        return {code: text for (code, _name), text in zip(settings.LANGUAGES, data_list, strict=False) if text}


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    titles = TextsField(label=gettext_lazy("title"), help_text=gettext_lazy("Empty: the title of the topic."))
    bring = TextsField(label=gettext_lazy("what to bring"), box=forms.Textarea)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "module" in self.fields:  # not where it is only shown
            self.fields["module"].queryset = Module.objects.select_related("topic")  # type: ignore[attr-defined]
            own = Q(sessions=self.instance) if self.instance.pk else Q(pk=None)
            giving = User.objects.filter(Q(groups__name=Role.TRAINER) | own).distinct()
            self.fields["trainers"].queryset = giving.order_by("name", "email")  # type: ignore[attr-defined]

    def clean_capacity(self) -> int:
        wanted: int = self.cleaned_data["capacity"]
        if self.instance.pk and wanted < min(self.instance.seats_taken, self.instance.capacity):
            raise ValidationError(below_taken(self.instance.seats_taken))
        return wanted

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        module = cleaned.get("module")
        if module and not cleaned.get("topic"):
            cleaned["topic"] = module.topic
        if module and cleaned["topic"] != module.topic:
            self.add_error("module", _("This module is on another topic."))
        self._check_programme(cleaned)
        for name in ("titles", "bring"):
            cleaned[name] = self._in_other_languages(name) | cleaned.get(name, {})
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("Registration closes after it opens."))
        return cleaned

    def _in_other_languages(self, name: str) -> dict[str, str]:
        """What is written in a language for which there is no box stays."""
        shown = dict(settings.LANGUAGES)
        return {code: text for code, text in (self.initial.get(name) or {}).items() if code not in shown}

    def _check_programme(self, cleaned: dict[str, Any]) -> None:
        programme = cleaned.get("programme")
        if programme is None:
            return
        named = {name: [cleaned[name]] for name in OF_THE_PROGRAMME if cleaned.get(name)}
        named["cities"] = [*cleaned.get("cities", ())]
        for name, rows in named.items():
            if any(row.programme_id != programme.pk for row in rows):
                self.add_error(name, _("This belongs to another programme."))


class DateForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """One date by the clock on the wall. Which rows change is the verb's affair, and so is that a date stands once."""

    day = forms.DateField(label=gettext_lazy("day"), widget=AdminDateWidget)
    begins = forms.TimeField(label=gettext_lazy("begins"), widget=AdminTimeWidget)
    ends = forms.TimeField(label=gettext_lazy("ends"), widget=AdminTimeWidget)

    class Meta:
        model = SessionDate
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            starts, ends = (timezone.localtime(moment) for moment in (self.instance.starts_at, self.instance.ends_at))
            self.initial = {**self.initial, "day": starts.date(), "begins": starts.time(), "ends": ends.time()}

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if {"day", "begins", "ends"} <= cleaned.keys():
            if cleaned["begins"] >= cleaned["ends"]:
                self.add_error("ends", _("It ends after it starts."))
            else:
                self.instance.starts_at, self.instance.ends_at = self.span
        return cleaned

    def validate_constraints(self) -> None:
        """Not against the rows as they are: a course moved by a week passes through its own dates."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        day, begins, ends = (self.cleaned_data[name] for name in ("day", "begins", "ends"))
        return (
            timezone.make_aware(datetime.combine(day, begins)),
            timezone.make_aware(datetime.combine(day, ends)),
        )


class DatesFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    def clean(self) -> None:
        starts = [start for start, _end in self.spans]
        if len(starts) != len(set(starts)):
            raise ValidationError(_("A date stands twice."))

    @property
    def spans(self) -> list[tuple[datetime, datetime]]:
        """Of all dates that stay."""
        staying: list[Any] = [form for form in self.forms if form not in self.deleted_forms]
        return [form.span for form in staying if {"day", "begins", "ends"} <= getattr(form, "cleaned_data", {}).keys()]


class CopyForm(forms.Form):
    """The days on which the copies begin; the hours are those of the session."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=AdminDateWidget)
    every = forms.ChoiceField(
        label=gettext_lazy("Then"),
        choices=[
            (Every.WEEK, gettext_lazy("every week")),
            (Every.FORTNIGHT, gettext_lazy("every two weeks")),
            (Every.MONTH, gettext_lazy("every month, on the same weekday of the month")),
        ],
    )
    times = forms.IntegerField(
        label=gettext_lazy("How many in all"), min_value=1, max_value=MOST_IN_A_SERIES, initial=1
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250)


class MaybeReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250, required=False)


class HeldForm(forms.Form):
    head_count = forms.IntegerField(
        label=gettext_lazy("Heads counted"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("At a conference; shown apart from named participants."),
    )


class SessionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """Sessions to choose from, by what tells them apart."""

    def label_from_instance(self, obj: Any) -> str:
        when = f"{timezone.localtime(obj.starts_at):%d/%m/%Y %H:%M}" if obj.starts_at else ""
        free = _("%(free)s free of %(capacity)s") % {"free": obj.free_seats, "capacity": obj.capacity}
        return " · ".join(part for part in (obj.title, when, obj.host.name, free) if part)


class ToSessionForm(forms.Form):
    to = SessionChoice(Session.objects.none(), label=gettext_lazy("To"), widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args: Any, sessions: Iterable[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = sessions  # type: ignore[attr-defined]


class SomebodyForm(forms.Form):
    """Somebody on the phone; name and shop are enough."""

    name = NameField(label=gettext_lazy("Name"), max_length=150)
    shop = NameField(label=gettext_lazy("Shop"), max_length=150, required=False)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), max_length=10, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    with_helper = forms.BooleanField(label=gettext_lazy("A helper comes along"), required=False)
    helper_name = NameField(label=gettext_lazy("Name of the helper"), max_length=150, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(code, name) for code, name in settings.LANGUAGES if code in languages]
        self.fields["language"].choices = spoken or settings.LANGUAGES  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("helper_name"):
            cleaned["with_helper"] = True
        return cleaned
