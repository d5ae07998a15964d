"""What each role may do, read from roles.yaml. `manage.py apply_roles` turns it into Django's groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import models
from django.utils.translation import gettext_lazy as _

ROLES_FILE = Path(__file__).with_name("roles.yaml")


class Role(models.TextChoices):
    SHOPKEEPER = "shopkeeper", _("shopkeeper")
    HELPER = "helper", _("helper")
    TRAINER = "trainer", _("trainer")
    ADVISER = "adviser", _("adviser")
    CITY_OFFICIAL = "city-official", _("city official")
    PROGRAMME_STAFF = "programme-staff", _("programme staff")
    MINISTRY_READER = "ministry-reader", _("ministry reader")
    ADMINISTRATOR = "administrator", _("administrator")


@dataclass(frozen=True)
class Rules:
    """What the file says of one role. `permissions` are patterns of "app.codename"; * stands for anything."""

    staff: bool
    may_give: tuple[Role, ...]
    permissions: tuple[str, ...]


class RoleFileError(ValueError):
    """The file of roles is wrong; every mistake is in the message."""


@cache
def rules() -> dict[Role, Rules]:
    return read_rules(ROLES_FILE.read_text(encoding="utf-8"))


def read_rules(text: str) -> dict[Role, Rules]:
    entries = yaml.safe_load(text)["roles"]
    if mistakes := [*_mistakes(entries)]:
        raise RoleFileError("; ".join(mistakes))
    return {
        Role(code): Rules(
            staff=entry["staff"],
            may_give=tuple(Role(given) for given in entry["may_give"]),
            permissions=tuple(entry["permissions"]),
        )
        for code, entry in entries.items()
    }


def _mistakes(entries: dict[str, dict[str, Any]]) -> Iterable[str]:
    keys = {"about", "staff", "may_give", "permissions"}
    yield from (f"{code}: no such role" for code in entries if code not in Role)
    yield from (f"{role}: not in the file" for role in Role if role not in entries)
    for code, entry in entries.items():
        yield from (f"{code}: {key} is missing or unknown" for key in sorted(keys ^ entry.keys()))
        yield from (
            f"{code}: may_give {given}: no such role" for given in entry.get("may_give", ()) if given not in Role
        )
