"""How many came through what was done in their cities: counted by the codes in links and on posters, not guessed."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Sum

from programmes.models import Campaign, Mobilisation
from trainings.models import Attendance, Registration


@dataclass(frozen=True, slots=True)
class Turnout:
    """What one action brought: who asked for a seat, who kept it, who was there; registrations, and heads with their helpers."""

    mobilisation: Mobilisation
    asked: int
    registered: int
    present: int
    heads: int


NOBODY = [0, 0, 0, 0]


def turnout(campaign: Campaign) -> list[Turnout]:
    """Every action of the campaign, the latest first; 0 where nobody came through it. Two queries.

    `present`: registrations whose person was there on a date at least. `heads`: seats of those still registered. A registration
    that was moved counts where it went. Source: Registration.via, Attendance.
    """
    was_there = Exists(Attendance.objects.filter(registration=OuterRef("pk"), is_helper=False, is_present=True))
    kept = Q(state=Registration.State.REGISTERED)
    through = Registration.objects.filter(via__campaign=campaign, moved_to=None).annotate(was_there=was_there)
    counted = (
        through.order_by()
        .values("via")
        .annotate(
            asked=Count("pk"),
            registered=Count("pk", filter=kept),
            present=Count("pk", filter=Q(was_there=True)),
            heads=Sum("seats", filter=kept, default=0),
        )
    )
    found = {via: numbers for via, *numbers in counted.values_list("via", "asked", "registered", "present", "heads")}
    actions = Mobilisation.objects.of(campaign).with_names()
    return [Turnout(action, *found.get(action.pk, NOBODY)) for action in actions]
