"""Tags for the charts: {% load charts %}. Each draws one inline SVG with a title and a description, the same in pages and PDF."""

from collections.abc import Iterable

from django import template

from rendering import charts, trends

register = template.Library()


@register.inclusion_tag("rendering/gauge.svg")
def gauge(score: int | None, low: int | None = None, high: int | None = None, band: str = "") -> dict[str, object]:
    """{% gauge 47 47 55 "On your way" %}: the score, its range and the name of its band. Without a score, nothing is drawn."""
    return {"chart": None if score is None else charts.gauge(score, low, high, band)}


@register.inclusion_tag("rendering/profile.svg")
def profile(rows: Iterable[object], peers: str = "", own: str = "") -> dict[str, object]:
    """{% profile rows "41 florists since March" "Namur" %}: rows have label, value and peer, the last two 0 to 100 or None. Below stands
    whose the marks are and, where `own` says it, whose the bars."""
    drawn = charts.rows(rows, "value", "peer")
    return {"charts": drawn, "peers": peers if has_marks(drawn) else "", "own": own}


@register.inclusion_tag("rendering/ledger_bar.svg")
def ledger_bar(gained: charts.Number, missed: charts.Number) -> dict[str, object]:
    """{% ledger_bar 3.2 1.3 %}: points gained and missed, out of 100."""
    return {"chart": charts.ledger_bar(gained, missed)}


@register.inclusion_tag("rendering/change.svg")
def change(rows: Iterable[object]) -> dict[str, object]:
    """{% change rows %}: rows have label, previous and now, the last two 0 to 100 or None."""
    return {"charts": charts.rows(rows, "now", "previous")}


@register.inclusion_tag("rendering/trend.svg")
def trend(parts: Iterable[object], title: str) -> dict[str, object]:
    """{% trend parts "Participants by month" %}: parts have label, words and value (a number from 0, or None), in the order of time."""
    return {"chart": trends.trend(parts), "title": title}


@register.inclusion_tag("rendering/shares.svg")
def shares(rows: Iterable[object], title: str, others: str = "", own: str = "") -> dict[str, object]:
    """{% shares rows "Families of trades" "the whole" "Namur" %}: rows have label, value and peer, the last two in percent, 0 to 100 or None."""
    drawn = charts.rows(rows, "value", "peer")
    return {"charts": drawn, "title": title, "others": others if has_marks(drawn) else "", "own": own}


def has_marks(drawn: Iterable[charts.Rows]) -> bool:
    return any(row.mark for chart in drawn for row in chart.rows)


@register.filter
def signed(points: int) -> str:
    """+15, 0, −4 with a real minus sign."""
    return f"{points:+d}".replace("-", "−") if points else "0"
