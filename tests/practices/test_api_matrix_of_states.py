"""The matrix at the API of what is not shared, or not any more, and of what ends while a token lives."""

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse

from alliance.models import Organisation
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AffiliationState, Label, PracticeState
from practices.models import Affiliation, Author, Draft, GroupMembership, Practice
from tests.practices.test_labels import NOT_SHARED, RELATIONS
from tests.support.api_matrix import (
    FACETS,
    LIBRARY,
    LIMITED_TOKENS,
    PROGRAMS,
    RECORD,
    REFUSED,
    WITH_TOKEN,
    pages,
    record_url,
)
from tests.support.bearers import Bearers, comparable
from tests.support.label_matrix import SOURCE, LabelMatrix, canary_text, pick_one

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("matrix_rollback", "unlimited"),
    pytest.mark.xdist_group("matrix"),
]

DRAFTS = "/api/v1/library/drafts/"


# --- What is not shared, or not any more -----------------------------------------------------


@pytest.mark.parametrize(("label", "state"), NOT_SHARED)
def test_what_is_not_shared_is_read_by_whom_its_state_names(
    matrix: LabelMatrix, bearers: Bearers, full: bool, label: str, state: str
) -> None:
    """By them, one of the others with a token of each kind; with `--full` by everybody."""
    row = NOT_SHARED[label, state].replace(" ", "")
    may = {
        relation
        for relation, mark in zip(RELATIONS, row, strict=True)
        if mark == "y" and relation in WITH_TOKEN
    }
    turn, practice = f"{label} {state}", unshared(matrix, label, state)
    others = {pick_one(kind, turn) for kind in (set(WITH_TOKEN) - may, REFUSED, LIMITED_TOKENS)}
    url, missing = (reverse("api:practice", args=[key]) for key in (practice.key, matrix.files[label].key))
    for who in PROGRAMS if full else may | others:
        seen = bearers.ask(who, "GET", url)
        assert (seen.status == 200, "canary-unshared" in seen.text) == (who in may, who in may), who
        assert who in may or comparable(seen) == comparable(bearers.ask(who, "GET", missing)), who
        is_listed = "canary-unshared" in bearers.ask(who, "GET", DRAFTS).text
        assert is_listed == (who in may & set(SOURCE) and state != PracticeState.RECALLED), who
    for who in WITH_TOKEN if full else ("author", pick_one(WITH_TOKEN, turn)):
        for shared in (LIBRARY, FACETS):
            text = bearers.ask(who, "GET", shared).text
            assert not [word for word in ("canary-unshared", str(practice.key)) if word in text], who


def unshared(matrix: LabelMatrix, label: str, state: str) -> Practice:
    author = matrix.relations.actors["author"]
    practice = matrix.relations.practice(label, state)
    text = "canary-unshared-7f3a"
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state_reason=text)
        Author.objects.create(practice=practice, person_id=author.person_id, organisation_id=author.tenant_id)
        Draft.objects.create(
            practice=practice,
            content={"title": text, "summary": text},
            updated_by_id=author.person_id,
        )
    return practice


# --- What ends while a token lives -----------------------------------------------------------


def _no_reader() -> None:
    Practice.objects.update(reader_organisations=[])


def _no_client() -> None:
    Affiliation.objects.update(state=AffiliationState.ENDED)


def _no_member() -> None:
    GroupMembership.objects.update(ended_at=clock.now())


def _patron_suspended() -> None:
    Organisation.objects.filter(slug="cedar").update(state="suspended")


@pytest.mark.parametrize(
    ("who", "label", "lose"),
    [
        ("staff", Label.AMBER_STRICT, _no_reader),
        ("partner_named", Label.AMBER, _no_reader),
        ("affiliate", Label.AMBER, _no_client),
        ("affiliate", Label.AMBER, _patron_suspended),
        ("in_group", Label.RED, _no_member),
    ],
)
def test_a_person_who_loses_the_relation_reads_no_more_with_the_same_token(
    matrix: LabelMatrix, bearers: Bearers, who: str, label: str, lose: Callable[[], None]
) -> None:
    urls = {route: record_url(matrix, route, label) for route in RECORD}
    had = {route: bearers.ask(who, "GET", url) for route, url in urls.items()}
    first = json.loads(bearers.ask(who, "GET", f"{LIBRARY}?limit=1").body)
    assert {seen.status for seen in had.values()} == {200}

    with acting_as(SYSTEM):
        lose()

    for route, url in urls.items():
        again = bearers.ask(who, "GET", url, headers={"If-None-Match": had[route].headers["ETag"]})
        missing = bearers.ask(who, "GET", record_url(matrix, route, label, there=False))
        assert comparable(again) == comparable(missing), route
        assert again.status == 404, route
    on = list(pages(bearers, who, first["next"].removeprefix(settings.ORIGIN)))
    assert [page for page in on if not page["results"]] == []
    assert canary_text(label, "title") not in json.dumps(on)
