"""Phone numbers as people write them: "0499 77 66 55" and "+32 (0)499/77.66.55" are one phone."""

# How many of its last digits tell one phone from another: what stands before is a zero, or the code of a country.
TELLING = 8


def end_of(phone: str) -> str:
    """The digits by which it is known; all that there are of a short one."""
    return "".join(sign for sign in phone if sign in "0123456789")[-TELLING:]
