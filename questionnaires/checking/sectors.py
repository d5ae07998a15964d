from questionnaires.checking.written import Written, check_unique


def check_sectors(sectors: Written, topics: Written | None) -> None:
    """Everything that the form alone can't say about sectors.yaml."""
    families, trades = sectors.items("families"), sectors.items("sub_sectors")
    check_unique([*families, *trades], "families and sub-sectors")
    known = {family.code for family in families}
    for trade in trades:
        family = trade.text("family")
        if family and family not in known:
            trade.blame(f"there is no family `{family}`; correct the code or add the family", "family")
    if known_topics := {topic.code for topic in topics.items("topics")} if topics else set():
        _check_own_topics(trades, known_topics)


def _check_own_topics(trades: list[Written], known: set[str]) -> None:
    for trade in trades:
        for code, place in trade.entries("topics"):
            if code not in known:
                place.blame(f"there is no topic `{code}`; correct the code")
