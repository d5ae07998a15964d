"""What sectors.yaml says, put into rows."""

from datetime import datetime
from typing import Any

from businesses.models import Family, SubSector
from programmes.applying import Change, apply_rows
from programmes.folding import search_key
from programmes.models import Programme
from questionnaires.checking import Content


def load(programme: Programme, content: Content, at: datetime) -> list[Change]:
    """The families and sub-sectors, in the order of the file."""
    families = {family["code"]: _family(family, order) for order, family in enumerate(content.data["families"], 1)}
    changes = [apply_rows(Family, programme, families, at)]
    by_code = {family.code: family for family in programme.families.all()}
    trades = content.data["sub_sectors"]
    sub_sectors = {trade["code"]: _sub_sector(trade, order, by_code) for order, trade in enumerate(trades, 1)}
    return [*changes, apply_rows(SubSector, programme, sub_sectors, at)]


def _family(family: dict[str, Any], order: int) -> dict[str, Any]:
    return {"names": family["name"], "order": order}


def _sub_sector(trade: dict[str, Any], order: int, families: dict[str, Family]) -> dict[str, Any]:
    plurals, keywords = trade.get("plural", {}), trade.get("keywords", {})
    words = [*trade["name"].values(), *plurals.values(), *(word for words in keywords.values() for word in words)]
    return {
        "family": families[trade["family"]],
        "names": trade["name"],
        "plurals": plurals,
        "keywords": keywords,
        "nace": trade.get("nace", []),
        "order": order,
        "search_key": search_key(words),
    }
