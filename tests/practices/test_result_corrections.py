"""A result that was wrong: corrected or withdrawn with a reason, readable in the history, counted nowhere any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from practices.models import Adoption, AdoptionResult, Practice
from practices.notify.weekly import week_sections
from practices.queries.people import solvers
from practices.queries.results import NamedEffect
from practices.queries.weekly import week_before
from tests.factories import Cast
from tests.practices.test_results import EFFECT, UNIT, measured, rows_of, share_with_effect
from tests.support.bearers import token_of
from tests.support.notifications import inbox_lines_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]

REASON = "The wrong month was counted."
CORRECTED = {
    "effect": NamedEffect.of(EFFECT).digest, "service_kind": "social_network", "comparison": "", "before": "4",
    "after": "1", "counted": "", "language": "en", "note": "", "reason": REASON,
}  # fmt: skip


def results_of(use: Adoption) -> list[AdoptionResult]:
    with acting_as(SYSTEM):
        return list(AdoptionResult.objects.filter(adoption=use))


@pytest.fixture
def practice(cast: Cast) -> Practice:
    return share_with_effect(cast)


@pytest.fixture
def use(cast: Cast, practice: Practice) -> Adoption:
    """Of Beacon's, with one result: from 4 to 3."""
    return measured(cast, "carol", practice, "beacon-web", "3")


def test_the_corrected_result_is_the_one_that_counts_and_the_earlier_one_stays_readable(
    cast: Cast, client: Client, practice: Practice, use: Adoption
) -> None:
    client.force_login(cast.carol)
    (wrong,) = results_of(use)
    url = f"/workspace/practices/adoptions/{use.key}/result/{wrong.key}/correct/"
    form = client.get(url)
    # nothing has to be typed again
    for value in ('value="4"', 'value="3"', "checked"):
        assert value in form.text
    # nor after a refusal
    refused = client.post(url, {**CORRECTED, "reason": ""})
    assert (refused.status_code, 'value="1"' in refused.text) == (422, True)

    assert client.post(url, CORRECTED).status_code == 302

    earlier, current = results_of(use)
    assert (earlier.replaced_by_id, earlier.withdrawal_reason) == (current.pk, REASON)
    assert (current.version_number, current.added_at) == (earlier.version_number, earlier.added_at)
    kinds, _reasons = rows_of(cast.actor("alice"), practice)
    assert kinds == [("social_network", [-75.0], None)]
    # neither what was corrected already is corrected, nor anything into what it says
    for result, status in ((earlier, 302), (current, 422)):
        again = client.post(url.replace(str(wrong.key), str(result.key)), CORRECTED)
        assert (again.status_code, len(results_of(use))) == (status, 2)

    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/{practice.key}/uses/").text
    assert "1 result corrected or withdrawn" in page
    assert REASON in page
    table = client.get(f"/workspace/practices/{practice.key}/results.csv").text.splitlines()
    assert [line.count(UNIT) for line in table[1:]] == [1]
    assert ",4,1," in table[1]
    (line,) = [line for _name, line in inbox_lines_of(cast.alice.name) if "has been corrected" in line]
    assert "A result for your practice" in line


def test_a_withdrawn_result_counts_for_nothing_and_nobody(
    cast: Cast, client: Client, practice: Practice, use: Adoption
) -> None:
    client.force_login(cast.carol)
    (wrong,) = results_of(use)
    url = f"/workspace/practices/adoptions/{use.key}/result/{wrong.key}/correct/"
    withdrawal = url.replace("correct", "withdraw")
    assert withdrawal in client.get(url).text
    assert "This cannot be undone." in client.get(withdrawal).text
    assert client.post(withdrawal, {"reason": ""}).status_code == 422
    assert [row.withdrawn_at for row in results_of(use)] == [None]
    assert client.post(withdrawal, {"reason": REASON}).status_code == 302

    assert rows_of(cast.actor("alice"), practice) == ([], ["Not measured."])
    page = client.get(f"/workspace/practices/adoptions/{use.key}/").text
    assert "No results yet" in page
    assert REASON in page
    with acting_as(cast.actor("alice")):
        assert all(row.results == 0 for row in solvers(cast.actor("alice"), None))


def test_programs_correct_and_withdraw_and_read_what_was_there_before(
    cast: Cast, client: Client, practice: Practice, use: Adoption
) -> None:
    headers = {"Authorization": f"Bearer {token_of(cast.carol)}"}

    def patch(key: Any, data: Any) -> Any:
        address = f"/api/v1/library/uses/{use.key}/results/{key}/"
        return client.patch(address, data, content_type="application/json", headers=headers)

    (wrong,) = results_of(use)
    replacement = {"what": "Unwanted contact", "unit": UNIT, "before": "4", "after": "1"}
    assert patch(wrong.key, {"reason": REASON}).status_code == 422
    corrected = patch(wrong.key, {"reason": REASON, "replacement": replacement}).json()
    assert patch(wrong.key, {"reason": REASON, "replacement": None}).status_code == 409
    (current,) = corrected["results"]
    assert (current["after"], corrected["earlier_results"][0]["replaced_by"]) == ("1", current["key"])

    withdrawn = patch(current["key"], {"reason": "Not measured at all.", "replacement": None}).json()
    assert withdrawn["results"] == []
    readers = {"Authorization": f"Bearer {token_of(cast.alice)}"}
    (listed,) = client.get(f"/api/v1/library/{practice.key}/uses/", headers=readers).json()["results"]
    assert [(row["after"], row["withdrawal_reason"]) for row in listed["earlier_results"]] == [
        ("1", "Not measured at all."),
        ("3", REASON),
    ]


def test_the_week_says_that_a_result_was_corrected(
    cast: Cast, client: Client, practice: Practice, use: Adoption
) -> None:
    client.force_login(cast.carol)
    (wrong,) = results_of(use)
    client.post(f"/workspace/practices/adoptions/{use.key}/result/{wrong.key}/correct/", CORRECTED)

    alice, monday = cast.actor("alice"), today() + timedelta(days=1)
    with acting_as(alice), translation.override("en"):
        sections = {row.key: row for row in week_sections(alice, week_before(alice, monday), leaving=True)}
        assert "A result was corrected or withdrawn." in sections["uses"].lines[0].about
