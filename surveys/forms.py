"""The slip, and what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.inviting import Head
from surveys.models import Slip
from trainings.models import Topic

MOST_TOPICS = 10


class SlipForm(forms.Form):
    """One wish or several, or the reason for none."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, error_messages={"required": _("Write your name: a slip is signed.")}
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        label=_("A training"),
        required=False,
        to_field_name="code",
        error_messages={"invalid_choice": _("This training is not in the list: please choose again.")},
    )
    wants_call = forms.BooleanField(label=_("A call from the team"), required=False)
    wants_small_group = forms.BooleanField(label=_("A small group, of five at most"), required=False)
    wants_help = forms.BooleanField(label=_("Help on the spot, in my shop"), required=False)
    nothing = forms.BooleanField(label=_("Nothing for now"), required=False)
    reason = forms.ChoiceField(
        label=_("If nothing for now: why?"),
        choices=Slip.Reason,
        required=False,
        error_messages={"invalid_choice": _("This is not one of the answers: please choose again.")},
    )
    phone = forms.CharField(label=_("Phone, if we may call you"), max_length=40, required=False)
    may_contact = forms.BooleanField(
        label=_("You may contact me again about this"),
        help_text=_("Who asks for a call says yes to this, too."),
        required=False,
    )

    def __init__(self, *args: Any, head: Head, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_phone = head.known_phone
        self.initial["name"] = head.known_name
        topics = self.fields["topics"]
        if isinstance(topics, forms.ModelMultipleChoiceField):
            topics.queryset = Topic.objects.offered().filter(programme=head.session.programme)
        self.fields["phone"].help_text = self._which_phone(is_helper=head.is_helper)

    def _which_phone(self, *, is_helper: bool) -> str:
        """Of a number that is known its end: who reads the page may hold somebody else's code."""
        first = gettext("We have no address of yours: the team calls you on this number.") if is_helper else ""
        at_shop = gettext("Left empty, we ask for you at the shop, on the number that ends in %(end)s.")
        own = gettext("Left empty, we use the number that ends in %(end)s.")
        known = (at_shop if is_helper else own) % {"end": self.known_phone[-2:]} if self.known_phone else ""
        return f"{first} {known}".strip()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        wishes = [said.get(wish) for wish in ("topics", "wants_call", "wants_small_group", "wants_help")]
        if said.get("nothing") and any(wishes):
            self.add_error("nothing", _("You want something, and nothing: keep one of the two."))
        elif said.get("nothing") and not said.get("reason"):
            self.add_error("reason", _("Tell us why, in one tick."))
        elif not said.get("nothing") and not any(wishes) and "topics" not in self.errors:
            self.add_error(None, _("Tick what you want, or “Nothing for now”."))
        if said.get("wants_call") and "phone" not in self.errors and not self._phone:
            self.add_error("phone", _("To call you, we need your number."))
        return said

    @property
    def _phone(self) -> str:
        """The one that was typed; for a call else the one that is known."""
        typed: str = self.cleaned_data["phone"]
        return typed or (self.known_phone if self.cleaned_data["wants_call"] else "")

    @property
    def signed(self) -> dict[str, Any]:
        """What was said, as the verb calls it. Who asks for a call agrees to be contacted: the page says so."""
        names = ("name", "topics", "wants_call", "wants_small_group", "wants_help")
        said = {name: self.cleaned_data[name] for name in names}
        may_contact = self.cleaned_data["may_contact"] or said["wants_call"]
        reason = self.cleaned_data["reason"] if self.cleaned_data["nothing"] else ""
        return said | {"phone": self._phone, "may_contact": may_contact, "reason": reason}

    @property
    def chosen_topics(self) -> list[str]:
        data: Any = self["topics"].value() or []
        return [str(code) for code in data]


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=Slip.Outcome,
        error_messages={"required": _("Tick one of the three."), "invalid_choice": _("Tick one of the three.")},
    )
    reason = forms.ChoiceField(
        choices=Slip.Reason,
        required=False,
        error_messages={"invalid_choice": _("This is not one of the answers: please choose again.")},
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("outcome") == Slip.Outcome.NOT and not said.get("reason"):
            self.add_error("reason", _("Tell us why, in one tick."))
        return said
