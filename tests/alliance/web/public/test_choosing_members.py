"""Where one member is chosen from all: in a select of some hundreds, and of more where that is asked for."""

import pytest
from django.test import Client

from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/en/changes/", "/en/reports/", "/en/promises/"])
def test_of_many_members_all_are_sent_where_they_are_asked_for(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    options = [f'<option value="{member.slug}"' for member in (cast.aurora, cast.beacon)]

    def offered(query: str) -> list[bool]:
        page = client.get(f"{address}?{query}").text
        assert ("Choose a member" in page) == (not all(option in page for option in options))
        return [option in page for option in options]

    assert offered(f"member={cast.aurora.slug}") == [True, True]
    monkeypatch.setattr("alliance.queries.public.members.MOST_TO_CHOOSE", 1)
    assert offered("") == [False, False]
    assert offered(f"member={cast.beacon.slug}") == [False, True]
    assert offered("choose=1") == [True, True]
