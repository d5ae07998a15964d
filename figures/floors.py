"""How few are too few to be shown."""

# Holds wherever a floor is missing or lower than any floor may be; and for counts by what persons are (age, gender, language), of
# which the portal publishes none.
STRICTEST_FLOOR = 11
LOWEST_FLOOR = 5


def strict(floor: object) -> int:
    """A floor that holds, of whatever a setting or a caller says."""
    return floor if isinstance(floor, int) and floor >= LOWEST_FLOOR else STRICTEST_FLOOR
