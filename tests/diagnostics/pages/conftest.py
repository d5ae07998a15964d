import pytest


@pytest.fixture
def shop(florist):
    return {"sub_sector": florist.pk, "place": "Namur", "staff_size": "alone"}
