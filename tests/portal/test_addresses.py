"""An address that no page of ours has is refused in plain words, before a page reads it."""

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/?via=%00",
        "/survey/%00/",
        "/reports/commerce-connecte/figures/invited/?release=%00",
        "/reports/commerce-connecte/turnout/?campaign=%00",
        "/reports/commerce-connecte/turnout/kinds.csv?campaign=%00",
        "/admin/surveys/slip/?told=a%00b",
    ],
)
def test_nul_in_an_address_is_not_understood(path, client, db):
    page = client.get(path, headers={"accept-language": "en"})
    assert (page.status_code, "We did not understand this request" in page.text) == (400, True)


def test_what_only_looks_like_one_is_let_through(client, db):
    assert client.get("/?via=%2500").status_code == 200
