"""Examples for the responses of the schema: real responses, each written down once for the kind of thing it is.

`api_examples.json` is recorded from the responses to the cast of the tests, shortened to one row of each list: by
`python3 manage.py test tests/api/test_examples.py --record-examples`. What a serializer declares itself as `example`
goes before it.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

EXAMPLES = Path(__file__).with_name("api_examples.json")
_METHODS = ("get", "put", "post", "patch", "delete")
_JSON = "application/json"


@cache
def recorded_examples() -> Mapping[str, Any]:
    """The examples by the names of their shapes; a response whose shape has no name: by its operation."""
    examples: Mapping[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return examples


class JsonResponse(NamedTuple):
    """What succeeds and answers in JSON: its operation, its status, the name of its example, its part of the schema."""

    operation: str
    status: int
    name: str
    content: dict[str, Any]


def json_responses(schema: Mapping[str, Any]) -> Iterator[JsonResponse]:
    """All of them, in the order of the schema."""
    for path, operations in schema["paths"].items():
        for method in _METHODS:
            operation = operations.get(method, {})
            for status, response in operation.get("responses", {}).items():
                content = response.get("content", {}).get(_JSON)
                if str(status).startswith("2") and content is not None:
                    reference = content.get("schema", {}).get("$ref", "")
                    name = reference.rpartition("/")[2] or str(operation["operationId"])
                    yield JsonResponse(f"{method.upper()} {path}", int(status), name, content)


def add_examples(result: dict[str, Any], **_others: Any) -> dict[str, Any]:
    """Put the recorded examples into the schema, each once, and refer to them where a response has none of its own."""
    examples = recorded_examples()
    used: dict[str, Any] = {}
    for response in json_responses(result):
        name = response.name
        if "examples" not in response.content and name in examples:
            used[name] = {"value": examples[name]}
            response.content["examples"] = {"Example": {"$ref": f"#/components/examples/{name}"}}
    result["components"]["examples"] = dict(sorted(used.items()))
    return result
