"""Where one member is chosen from all: in a select of some hundreds, and of more where that is asked for."""

import re

import pytest
from django.test import Client

from alliance.services.target_outcomes import project_targets
from tests.factories import Cast, make_cycle, read_charter
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/en/changes/", "/en/reports/", "/en/promises/"])
def test_of_many_members_all_are_sent_where_they_are_asked_for(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """On the pages as they are sent: parts of them are cached, and all have the same part of another address."""

    def offered(query: str) -> tuple[set[str], bool]:
        text = client.get(f"{address}?{query}").text
        select = re.search(r'<select name="member".*?</select>', text, re.DOTALL)
        assert select is not None
        return set(re.findall(r'value="([^"]+)"', select[0])), "Choose a member" in text

    make_published_pledge(cast.aurora, {"text": "Two days."})
    project_targets(make_published_report(make_cycle(read_charter()), cast.beacon), [cast.aurora.pk])
    aurora, beacon = cast.aurora.slug, cast.beacon.slug
    monkeypatch.setattr("alliance.queries.public.members.MOST_TO_CHOOSE", 1)

    assert offered("") == (set(), True)
    every, has_link = offered("choose=1")
    assert every >= {aurora, beacon}
    assert not has_link
    assert offered(f"member={beacon}") == ({beacon}, True)
    assert offered(f"choose=1&member={beacon}") == (every, False)

    monkeypatch.undo()
    assert offered(f"member={aurora}") == (every, False)


@pytest.mark.parametrize("address", ["/en/changes/", "/en/reports/", "/en/promises/"])
def test_the_page_that_offers_all_members_names_the_other_as_its_address(
    cast: Cast, client: Client, address: str
) -> None:
    page = client.get(f"{address}?member={cast.aurora.slug}&choose=1")

    assert page.context["canonical"].endswith(f"{address}?member={cast.aurora.slug}")
