"""What somebody's roles ask of them, as links that stand first on their own page and in the admin: only what they may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from programmes.models import OFFERED, Programme
from reports.access import may_see_rows, reads_figures
from reports.asking import programmes_read_by


@dataclass(frozen=True, slots=True)
class Work:
    title: Any  # in the reader's language
    url: str


def work_of(user: User) -> list[Work]:
    """The first is what they most likely came for. Empty for shopkeepers and their helpers."""
    return [*_of_staff(user), *_of_trainers(user), *_of_readers(user)]


def _of_staff(user: User) -> Iterator[Work]:
    if user.is_staff:
        yield Work(_("Administration"), reverse("admin:index"))
        if user.has_perm("surveys.view_answerbox"):
            yield Work(_("Surveys, and sheets to type"), reverse("surveys:overview"))


def _of_trainers(user: User) -> Iterator[Work]:
    if Role.TRAINER in user.roles:
        yield Work(_("The sessions I give"), reverse("trainings:teaching"))


def _of_readers(user: User) -> Iterator[Work]:
    for programme in OFFERED.all() if may_see_rows(user) else programmes_read_by(user):
        yield _about(programme, _("Reports of {programme}"), "reports")
        if reads_figures(user):
            yield _about(programme, _("Figures of {programme}"), "figures")
            yield _about(programme, _("{programme}: what brought people"), "turnout")


def _about(programme: Programme, words: Any, page: str) -> Work:
    return Work(format_lazy(words, programme=programme.name), reverse(f"reports:{page}", args=[programme.code]))
