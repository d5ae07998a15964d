"""How few are too few to be shown."""

# Holds for attributes of persons, and wherever a floor is missing or lower than any floor may be.
STRICTEST_FLOOR = 11
LOWEST_FLOOR = 5


def strict(floor: object) -> int:
    """A floor that holds, of whatever a setting or a caller says."""
    return floor if isinstance(floor, int) and floor >= LOWEST_FLOOR else STRICTEST_FLOOR
