from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.programmes import Campaign


class LetterTemplate(models.Model):
    """What the letters of a campaign say in one language; words in braces are filled in, city by city."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="letter_templates", verbose_name=_("campaign"))
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=6000)
    signature = models.TextField(_("signature"), max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("letter to the cities")
        verbose_name_plural = _("letters to the cities")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language"],
                name="letter_template_once_a_language",
                violation_error_message=_("There is a text in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.subject
