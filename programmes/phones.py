"""Phone numbers as people write them: "0499 77 66 55" and "+32 (0)499/77.66.55" are one phone."""

# How many of its last digits tell one phone from another: what stands before is a zero, or the code of a country.
TELLING, FEWEST = 8, 6


def end_of(phone: str) -> str:
    """The digits by which it is known; empty for too few, as of a postal code."""
    digits = "".join(sign for sign in phone if sign in "0123456789")
    return digits[-TELLING:] if len(digits) >= FEWEST else ""
