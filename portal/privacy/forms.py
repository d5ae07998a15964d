from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SureForm(forms.Form):
    """One word, typed: nobody erases themselves by a slip of the thumb."""

    word = forms.CharField(
        label=gettext_lazy("Type the word “erase”"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("Type the word, or leave this page: nothing is erased yet.")},
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip(" “”«»\u00a0\"'").casefold() != _("erase").casefold():
            raise forms.ValidationError(_("That is another word. Type “erase”, or leave this page."))
        return word
