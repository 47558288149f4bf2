"""The examples of the schema: recorded from what the API answers to the cast, and held to the schema."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from django.conf import settings
from jsonschema import Draft202012Validator

from tests.support.canaries import DRAFT_NUMBER, WITHHELD_NUMBER, canary

_ROWS = 1  # of each list, so that an example stays short
_LONGEST = 400
_MARKED = re.compile(canary(r"([\w.-]+?)"), re.IGNORECASE)
_INNER = re.compile(r"http://127\.0\.0\.1:9/.*")
_PUBLIC_ORIGIN = "https://portal.example"


def shortened(value: Any) -> Any:
    """A response as an example: one row of each list, no cursor that leads on, no word that is looked for elsewhere."""
    if isinstance(value, Mapping):
        is_page = {"next", "previous", "results"} <= value.keys()
        return {
            name: None if is_page and name in ("next", "previous") else shortened(content)
            for name, content in value.items()
        }
    if isinstance(value, list):
        return [shortened(row) for row in value[:_ROWS]]
    return _plain(value) if isinstance(value, str) else value


def _plain(text: str) -> str:
    """Without the words and numbers that mark what is confidential: `canary-answer-reason-…` is “Answer reason”."""
    for number in (DRAFT_NUMBER, WITHHELD_NUMBER):
        text = text.replace(number, "1250")
    text = _MARKED.sub(lambda match: re.sub(r"[-_.]", " ", match[1]).capitalize(), text)
    text = _INNER.sub("https://hooks.example/portal", text).replace(settings.ORIGIN, _PUBLIC_ORIGIN)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def is_richer(one: Any, other: Any) -> bool:
    """Whether it has more to show than the other: fewer values that are empty, then more of them."""
    return _richness(one) > _richness(other)


def _richness(value: Any) -> tuple[int, int]:
    leaves = list(_leaves(value))
    return sum(leaf not in (None, "", [], {}) for leaf in leaves), len(leaves)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping) and value:
        for content in value.values():
            yield from _leaves(content)
    elif isinstance(value, list) and value:
        for row in value:
            yield from _leaves(row)
    else:
        yield value


class ExampleCheck:
    """Holds examples to the schema; a field that the schema does not name is a fault too."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        # as JSON has it: the schema holds texts that are translated when they are read
        plain = json.loads(json.dumps(schema, default=str))
        self._components = _closed(plain["components"])

    def faults(self, shape: Mapping[str, Any], value: Any) -> list[str]:
        """Where the example is not of this shape."""
        whole = {**json.loads(json.dumps(shape, default=str)), "components": self._components}
        validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _closed(shape: Any) -> Any:
    """The same, but that no object has other fields than those that it names."""
    if isinstance(shape, list):
        return [_closed(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    closed = {name: _closed(content) for name, content in deepcopy(shape).items()}
    if isinstance(shape.get("properties"), dict) and shape.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed
