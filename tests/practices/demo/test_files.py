"""The demonstration's files: clean, complete where shared, and of everything that there is."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
import yaml

from alliance.demo.files import CHARTERS
from practices.content import clean_content, missing_fields
from practices.demo.files import practices, read
from practices.demo.visits import DAYS_UNTIL_REACTION
from practices.enums import (
    AdoptionState,
    EvidenceGrade,
    Label,
    PracticeKind,
    PracticeStage,
    ReactionKind,
    RequestState,
)

FILES: Mapping[str, Mapping[str, Any]] = practices()


def contents(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What it said from version to version, the proposed one last."""
    contents = [dict(record["practice"])]
    for version in (*record.get("versions", []), *([record["proposed"]] if "proposed" in record else [])):
        contents.append(contents[-1] | version["change"])
    return contents


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_version_is_clean_and_says_something_new(name: str) -> None:
    clean_contents = [clean_content(content) for content in contents(FILES[name])]

    assert all(before != after for before, after in pairwise(clean_contents))
    assert all(version["note"].strip() for version in FILES[name].get("versions", []))


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_others_read_is_complete(name: str) -> None:
    record = FILES[name]

    if "released" in record or "submitted" in record:
        assert [missing_fields(clean_content(content)) for content in contents(record)] == [[]] * len(
            contents(record)
        )
    assert (record["practice"]["kind"] == PracticeKind.ALERT) == (
        "expires" in record or "expires_in" in record
    )


def test_the_demonstration_knows_when_each_reaction_comes() -> None:
    assert set(DAYS_UNTIL_REACTION) == set(ReactionKind)


def test_the_files_cover_all_that_a_practice_can_be() -> None:
    last_contents = [contents(record)[-1] for record in FILES.values()]

    assert len(FILES) == 31
    assert {record["label"] for record in FILES.values()} == set(Label)
    assert {content["kind"] for content in last_contents} == set(PracticeKind)
    assert {content["stage"] for content in last_contents} == set(PracticeStage)
    assert {content["grade"] for content in last_contents if "grade" in content} == set(EvidenceGrade)
    assert sum("retired" in record for record in FILES.values()) == 1
    assert sum("recalled" in record for record in FILES.values()) == 1
    assert sum("returned" in record for record in FILES.values()) == 1
    assert sum("proposed" in record for record in FILES.values()) == 1
    assert [
        sum(key in record.get("opened", {}) for record in FILES.values()) for key in ("proposed", "shared")
    ] == [2, 1]
    assert sum(len(record.get("versions", [])) > 0 for record in FILES.values()) >= 20
    assert 10 <= sum(record["language"] == "ru" for record in FILES.values()) <= 15
    relations = [relation["kind"] for record in FILES.values() for relation in record.get("relations", [])]
    assert set(relations) == {"derives", "merges", "replaces"}


def test_what_readers_do_covers_all_states_and_words() -> None:
    uses = [use for record in FILES.values() for use in record.get("adoptions", [])]
    words = {kind for record in FILES.values() for kind in record.get("reactions", {})}

    assert {step["state"] for use in uses for step in use["steps"]} == set(AdoptionState)
    assert {use["label"] for use in uses} == set(Label)
    assert words == set(ReactionKind)
    assert sum(len(use.get("results", [])) for use in uses) >= 20
    assert sum(len(record.get("thread", [])) for record in FILES.values()) >= 25


def test_the_board_has_requests_in_every_state() -> None:
    requests = read("requests.yaml")["requests"]

    assert len(requests) == 6
    assert {_state(request) for request in requests} == set(RequestState)


def _state(request: Mapping[str, Any]) -> str:
    if "closed" in request:
        return RequestState.CLOSED
    accepted = any("accepted" in offer for offer in request.get("offers", []))
    return RequestState.ANSWERED if accepted else RequestState.OPEN


def test_harms_and_measures_are_the_charters() -> None:
    charter = yaml.safe_load((CHARTERS / "alliance.yaml").read_text(encoding="utf-8"))
    harms = {harm["key"] for harm in charter["harms"]}
    measures = {
        measure["key"]
        for chapter in charter["chapters"]
        for commitment in chapter["commitments"]
        for measure in commitment["measures"]
    }

    for name, record in FILES.items():
        assert set(record["practice"].get("harms", [])) <= harms, name
        assert set(record["practice"].get("measures", [])) <= measures, name
