"""Programs that were written for the API of the last release go on, and what was added has a number of its own."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings

from alliance_client.client import KNOWN_VERSION
from alliance_client.portal import numbers
from portal.local.environment import ROOT
from tests.support.api_facts import Facts, api_facts, what_breaks_programs
from tests.support.released import recorded_releases

# the schema takes seconds to make: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("schema")]
LAST = recorded_releases()[-1]


@pytest.fixture(scope="module")
def present(django_db_setup: None, django_db_blocker: Any) -> Facts:
    with django_db_blocker.unblock():  # some lists read which versions of the charter there are
        return api_facts()


def test_the_api_breaks_no_program_of_the_last_release(present: Facts) -> None:
    assert what_breaks_programs(LAST.api, present) == [], (
        "programs of that release break: see “Deprecation” in docs/api/README.md"
    )


def test_an_api_with_additions_has_a_version_that_guide_and_client_know(present: Facts) -> None:
    is_as_it_was = {**LAST.api, "version": ""} == {**present, "version": ""}
    before, now = numbers(LAST.api["version"]), numbers(settings.API_VERSION)
    assert now == before if is_as_it_was else (now[0], now[1]) == (before[0], before[1] + 1)
    assert f"; {settings.API_VERSION} the" in (ROOT / "docs" / "api" / "README.md").read_text(
        encoding="utf-8"
    )
    assert settings.API_VERSION == KNOWN_VERSION


# --- The comparison itself -------------------------------------------------------------------

TEXT = {"type": "string", "maxLength": 60}
NOTE = {
    "type": "object",
    "properties": {"text": TEXT, "kind": {"type": "string", "enum": ["open", "closed"]}},
    "required": ["text"],
}
EARLIER: Facts = {
    "version": "1.2",
    "paths": {
        "/notes/": {
            "post": {
                "security": [{"token": ["read"]}],
                "parameters": [{"in": "query", "name": "words", "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/x/NoteRequest"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/x/Note"}}}}},
            }
        }
    },
    "schemas": {"Note": NOTE, "NoteRequest": deepcopy(NOTE)},
}


def changed(change: Callable[[Any, Any, Any], object]) -> list[str]:
    """What breaks by a change of the operation, of what it takes, and of what it answers."""
    now = deepcopy(EARLIER)
    operation, shapes = now["paths"]["/notes/"]["post"], now["schemas"]
    change(operation, shapes["NoteRequest"], shapes["Note"])
    return what_breaks_programs(EARLIER, now)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda of, sent, answered: of["responses"].clear(), "POST /notes/ does not answer 200 any more"),
        (
            lambda of, sent, answered: of.update(security=[{"token": ["write"]}]),
            "POST /notes/ is not open by {'token': ['read']} any more",
        ),
        (lambda of, sent, answered: of["parameters"].clear(), "POST /notes/, query words is gone"),
        (
            lambda of, sent, answered: of["parameters"].append(
                {"in": "query", "name": "state", "schema": {"type": "string"}, "required": True}
            ),
            "POST /notes/, query state is required, and was not before",
        ),
        (
            lambda of, sent, answered: of["requestBody"].update(required=True),
            "POST /notes/ needs a body, and did not before",
        ),
        (lambda of, sent, answered: sent["properties"].pop("kind"), "POST /notes/, sent, kind is gone"),
        (
            lambda of, sent, answered: sent["required"].append("kind"),
            "POST /notes/, sent, kind is required, and was not before",
        ),
        (
            lambda of, sent, answered: sent["properties"]["kind"].update(enum=["open"]),
            "POST /notes/, sent, kind does not take ['closed'] any more",
        ),
        (
            lambda of, sent, answered: sent["properties"]["text"].update(maxLength=50),
            "POST /notes/, sent, text has a maxLength of 50, and had 60",
        ),
        (
            lambda of, sent, answered: sent["properties"]["text"].update(type="integer"),
            "POST /notes/, sent, text takes integer, and took string",
        ),
        (lambda of, sent, answered: answered["properties"].pop("kind"), "POST /notes/, 200, kind is gone"),
        (
            lambda of, sent, answered: answered["required"].clear(),
            "POST /notes/, 200, text may be absent, and was not before",
        ),
        (
            lambda of, sent, answered: answered["properties"]["text"].update(type=["string", "null"]),
            "POST /notes/, 200, text is ['string', 'null'], and was string",
        ),
        (
            lambda of, sent, answered: answered["properties"].update(
                text={"oneOf": [TEXT, {"type": "integer"}]}
            ),
            "POST /notes/, 200, text: one of its shapes is not what it was",
        ),
    ],
)
def test_breaking_changes_are_named(change: Callable[[Any, Any, Any], object], fault: str) -> None:
    assert changed(change) == [fault]


@pytest.mark.parametrize(
    "change",
    [
        lambda of, sent, answered: of["responses"].update({"409": {}}),
        lambda of, sent, answered: of["security"].append({}),
        lambda of, sent, answered: of["parameters"].append(
            {"in": "query", "name": "state", "schema": {"type": "string"}}
        ),
        lambda of, sent, answered: sent["properties"].update(urgent={"type": "boolean", "default": False}),
        lambda of, sent, answered: sent["properties"]["text"].update(maxLength=90, type=["string", "null"]),
        lambda of, sent, answered: sent["required"].clear(),
        lambda of, sent, answered: answered["properties"]["kind"]["enum"].append("late"),
        lambda of, sent, answered: answered["properties"].update(day={"type": "string"}),
        lambda of, sent, answered: answered["required"].append("kind"),
    ],
)
def test_additions_break_no_program(change: Callable[[Any, Any, Any], object]) -> None:
    assert changed(change) == []


def test_an_address_goes_only_after_it_was_deprecated() -> None:
    without: Facts = {**EARLIER, "paths": {}}
    announced = deepcopy(EARLIER)
    announced["paths"]["/notes/"]["post"]["deprecated"] = True

    assert what_breaks_programs(EARLIER, without) == ["POST /notes/ is gone"]
    assert what_breaks_programs(announced, without) == []
