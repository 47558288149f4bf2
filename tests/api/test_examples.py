"""Every response of the schema has an example; those that no serializer declares are recorded from real responses."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from portal.api_examples import EXAMPLES, json_responses, recorded_examples
from tests.policy.api import ACTORS, API_CASES, ApiCase
from tests.support import api_contract
from tests.support.api_examples import ExampleCheck, is_richer, shortened
from tests.support.bearers import Bearers
from tests.support.canaries import leaks
from tests.support.world import World

# the schema takes seconds to make: once, in one process
pytestmark = [pytest.mark.usefixtures("rollback"), pytest.mark.xdist_group("schema")]
RECORD = "python3 manage.py test tests/api/test_examples.py --record-examples"


@pytest.fixture(scope="module")
def schema(world: World, django_db_blocker: Any) -> Mapping[str, Any]:
    with django_db_blocker.unblock():
        made: Mapping[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


@pytest.mark.slow
def test_every_shape_with_a_real_response_is_recorded(
    request: pytest.FixtureRequest, schema: Mapping[str, Any], world: World, bearers: Bearers
) -> None:
    real = real_responses(schema, world, bearers)
    if request.config.getoption("--record-examples"):
        text = json.dumps(real, ensure_ascii=False, indent=1, sort_keys=True)
        EXAMPLES.write_text(f"{text}\n", encoding="utf-8")
        recorded_examples.cache_clear()

    assert recorded_examples().keys() == real.keys(), f"record them: {RECORD}"


def test_every_response_has_an_example(schema: Mapping[str, Any]) -> None:
    lacking = {
        f"{response.operation}: {response.name}"
        for response in json_responses(schema)
        if not response.content.get("examples")
    }

    assert lacking == set(), f"record them: {RECORD}"


def test_every_example_is_what_the_schema_says_and_no_more(schema: Mapping[str, Any]) -> None:
    check, shared = ExampleCheck(schema), schema["components"]["examples"]
    faults = {
        f"{response.operation} {response.status}": check.faults(response.content["schema"], value)
        for response in json_responses(schema)
        for example in response.content.get("examples", {}).values()
        for value in [example["value"] if "value" in example else shared[response.name]["value"]]
    }

    assert {place: faulty for place, faulty in faults.items() if faulty} == {}


def test_recorded_examples_are_in_use_and_hold_no_canary(schema: Mapping[str, Any]) -> None:
    assert schema["components"]["examples"].keys() == recorded_examples().keys()
    assert leaks(EXAMPLES.read_text(encoding="utf-8")) == set()


def real_responses(schema: Mapping[str, Any], world: World, bearers: Bearers) -> dict[str, Any]:
    """Of each shape that has no example of its own the fullest answer to whoever may have it."""
    operations: dict[str, dict[int, str]] = {}
    for response in json_responses(schema):
        if all("$ref" in example for example in response.content.get("examples", {}).values()):
            operations.setdefault(response.operation, {})[response.status] = response.name
    fullest: dict[str, Any] = {}
    for line in API_CASES:
        place = world[line.object_name] if line.object_name else {}
        url = reverse(line.route, kwargs={**place, **line.extra_kwargs}) + line.query
        for method in line.methods:
            names = api_contract.operation_at(operations, method, url)
            for actor in actors_to_record(line, method) if names else ():
                cache.clear()  # with it what was spent of the limits
                answer = bearers.ask(actor, method, url, line.request_body(), line.headers)
                example = shortened(json.loads(answer.body))
                name = names[answer.status]
                if name not in fullest or is_richer(example, fullest[name]):
                    fullest[name] = example
    for name in {name for names in operations.values() for name in names.values()} - fullest.keys():
        page = fullest.get(f"Paginated{name}List", {"results": []})
        if page["results"]:  # the same shape, in a list
            fullest[name] = page["results"][0]
    return fullest


def actors_to_record(line: ApiCase, method: str) -> list[str]:
    """Who gets an answer: of whoever may read, one of each side, for one of them has rows where others have none."""
    expected = line.expected(method)
    answered = [actor for actor in ACTORS if expected[actor] in "oc"]
    sides = [actor for actor in ("alice", "sven", "carol", "mona") if actor in answered]
    return sides if method == "GET" and sides else answered[:1]
