"""Where one member is chosen from all: in a select of some hundreds, and of more where that is asked for."""

import pytest
from django.test import Client

from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/en/changes/", "/en/reports/", "/en/promises/"])
def test_of_many_members_all_are_sent_where_they_are_asked_for(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def offered(query: str) -> list[bool]:
        page = client.get(f"{address}?{query}")
        assert page.context["offers_all"] == ("Choose a member" not in page.text) or "changes" not in address
        slugs = {slug for slug, _name in page.context["offered_members"]}
        return [member.slug in slugs for member in (cast.aurora, cast.beacon)]

    assert offered(f"member={cast.aurora.slug}") == [True, True]
    monkeypatch.setattr("alliance.queries.public.members.MOST_TO_CHOOSE", 1)
    assert offered("") == [False, False]
    assert offered(f"member={cast.beacon.slug}") == [False, True]
    assert offered("choose=1") == [True, True]
