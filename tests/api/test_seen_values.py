"""Two programs change one record as a whole: with `If-Match` the later one writes over nothing that it has not read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alliance.models import Charter
from portal.kernel.access import acting_as
from practices.services.groups import make_group
from tests.factories import Cast, make_cycle
from tests.support.bearers import token_of
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db

PLAN = {
    "slug": "2026-h1",
    "title": {"en": "January–June 2026", "ru": "Январь–июнь 2026"},
    "starts_on": "2026-01-01",
    "ends_on": "2026-06-30",
    "due_on": "2096-08-31",
    "grace_days": 10,
    "review_days": 28,
    "response_days": 14,
    "correction_days": 14,
    "publish_on": None,
}
Place = tuple[str, dict[str, Any], str, Any, Any]


def _cycle(cast: Cast, charter: Charter) -> Place:
    make_cycle(charter, state="planned")
    plan = {**PLAN, "charter": {"key": charter.key, "version": charter.version}}
    return "secretariat/cycles/2026-h1/", plan, "grace_days", 20, 30


def _supporter(cast: Cast, charter: Charter) -> Place:
    entry = make_supporter(charter, "Harbour School")
    facts = {"name": "Harbour School", "kind": "school", "region": "Eastport", "town": "", "website": ""}
    return f"secretariat/supporters/{entry.pk}/", facts, "town", "Pier", "Quay"


def _group(cast: Cast, charter: Charter) -> Place:
    with acting_as(cast.actor("mona")) as mona:
        group = make_group(mona, name="Night watch", purpose="")
    return f"library/groups/{group.key}/", {"name": "Night watch", "purpose": ""}, "name", "Theirs", "Mine"


@pytest.mark.parametrize("make", [_cycle, _supporter, _group])
def test_a_write_with_if_match_is_refused_where_somebody_has_changed_what_it_replaces(
    cast: Cast, charter: Charter, make: Callable[[Cast, Charter], Place]
) -> None:
    address, values, field, theirs, mine = make(cast, charter)
    headers = {"Authorization": f"Bearer {token_of(cast.mona)}"}

    def read() -> Any:
        return Client().get(f"/api/v1/{address}", headers=headers)

    def write(value: Any, **more: str) -> Any:
        data = {**values, field: value}
        url = f"/api/v1/{address}"
        return Client().put(url, data, content_type="application/json", headers={**headers, **more})

    first = read()["ETag"]
    written = write(theirs, **{"If-Match": first})
    refused = write(mine, **{"If-Match": first})
    again = write(mine, **{"If-Match": f"W/{read()['ETag']}"})

    assert (written.status_code, refused.status_code, again.status_code) == (200, 412, 200), (
        written.content,
        refused.content,
        again.content,
    )
    assert again["ETag"] == read()["ETag"] != written["ETag"]
    assert refused.json()["type"].endswith("/changed/")
    assert read().json()[field] == mine
    assert (
        write(theirs).status_code == 200
    )  # as before there were keys: a program that names none is not compared
    assert Client().get(f"/api/v1/{address}", headers={**headers, "If-None-Match": first}).status_code == 200
