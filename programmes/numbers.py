"""Enterprise numbers, by the rule that a programme names: a module of python-stdnum, such as `be.vat`."""

import re
from importlib import import_module
from types import ModuleType

from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

RULE = re.compile(r"[a-z]{2}\.[a-z_]{2,20}\Z")


class UnknownRule(ValueError):
    """python-stdnum has no such rule."""


class BadNumber(ValueError):
    """Not an enterprise number; its text says so to the person who typed it."""


def rule_module(rule: str) -> ModuleType:
    """The module of a rule. Raises UnknownRule."""
    if not RULE.match(rule):
        raise UnknownRule(rule)
    try:
        module = import_module(f"stdnum.{rule}")
    except ImportError as error:
        raise UnknownRule(rule) from error
    if not hasattr(module, "validate"):
        raise UnknownRule(rule)
    return module


def normalised_number(number: str, rule: str) -> str:
    """The one spelling of a number; "" for none. Without a rule only spaces and signs go. Raises BadNumber."""
    if not re.search(r"\w", number):
        return ""
    if not rule:
        return re.sub(r"\W+", "", number).upper()[:20]
    try:
        return str(rule_module(rule).validate(number))
    except InvalidLength as error:
        raise BadNumber(
            _("This number has too many or too few digits. It is the VAT number on your till receipt.")
        ) from error
    except InvalidChecksum as error:
        raise BadNumber(
            _("One digit of this number must be wrong. Compare it with the VAT number on your till receipt.")
        ) from error
    except ValidationError as error:
        raise BadNumber(_("This is not an enterprise number. It is the VAT number on your till receipt.")) from error
