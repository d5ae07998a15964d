"""What is done in a city so that its shops come: all of it ours, for what was done in 2016 was not published."""

import random
from decimal import Decimal
from typing import Any

from programmes.mobilising import Found
from programmes.models import Mobilisation, Visit

Kind, Outcome = Mobilisation.Kind, Visit.Outcome

ABOUT: dict[str, str] = {
    Kind.LETTER: "Lettre de l’échevin du commerce",
    Kind.CENTRE_MANAGER: "Tournée de la gestion de centre-ville",
    Kind.ASSOCIATION: "Message de l’association des commerçants",
    Kind.STEWARDS: "Visites dans les rues commerçantes",
    Kind.PRESS: "Article dans la presse locale",
    Kind.OTHER: "Stand sur le marché",
}
PIECES: dict[str, int] = {Kind.LETTER: 120, Kind.PRESS: 1}


def kinds(number: int, chance: random.Random) -> list[str]:
    """So many, each another."""
    return chance.sample([*Kind], number)


def effort(kind: str, chance: random.Random) -> dict[str, Any]:
    """What it took, and whom stewards met; as `programmes.mobilising.mobilise` takes it."""
    most = PIECES.get(kind)
    return {
        "about": ABOUT.get(kind, ""),
        "hours": Decimal(chance.randint(4, 40)) / 2,
        "pieces": chance.randint(most // 2 or 1, most) if most else None,
        "visits": _visits(chance) if kind == Kind.STEWARDS else (),
    }


def _visits(chance: random.Random) -> tuple[Found, ...]:
    return (
        Found(Outcome.INTERESTED, chance.randint(8, 20)),
        Found(Outcome.REGISTERED, chance.randint(2, 8)),
        Found(Outcome.NO, chance.randint(3, 9), Visit.Reason.NO_TIME),
        Found(Outcome.NO, chance.randint(1, 5), Visit.Reason.NOBODY_ELSE),
        Found(Outcome.NO, chance.randint(1, 4), Visit.Reason.NO_NEED),
        Found(Outcome.CLOSED, chance.randint(1, 6)),
    )
