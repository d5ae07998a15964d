"""Numbers in files: how each unit is written and looks, whatever table it stands in."""

from decimal import Decimal
from fractions import Fraction

from figures.definition import Unit
from figures.saying import cell
from rendering.workbooks import Kind, Looking

LOOKS = {
    Unit.COUNT: (Kind.WHOLE, ""),
    Unit.MEAN: (Kind.WHOLE, "0.00"),
    Unit.SHARE: (Kind.SHARE, ""),
    Unit.POINTS: (Kind.WHOLE, "0.0"),
    Unit.EURO: (Kind.MONEY, ""),
    Unit.MINUTES: (Kind.WHOLE, "0.0"),
}
TENTHS = "#,##0.0"


def for_workbook(value: Fraction | None, unit: Unit) -> Looking | None:
    """To be reckoned with: shares and means as exact as a spreadsheet has them; a share is the ratio that it shows in percent."""
    if value is None:
        return None
    kind, shown = LOOKS[unit]
    is_broken = unit is Unit.COUNT and value.denominator != 1
    return Looking(_reckonable(value, unit), kind, TENTHS if is_broken else shown)


def for_csv(value: Fraction | None, unit: Unit) -> Decimal | float | None:
    """The same number; shares in percent, as people read them."""
    if value is None:
        return None
    found = _reckonable(value, unit)
    return round(found * (100 if unit is Unit.SHARE else 1), 4) if isinstance(found, float) else found


def _reckonable(value: Fraction, unit: Unit) -> Decimal | float | None:
    return cell(value, unit) if unit in (Unit.COUNT, Unit.EURO) else float(value)
