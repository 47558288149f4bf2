"""What the schema of the API promises to programs, and what of it a later schema keeps no more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

Facts = Mapping[str, Any]
_METHODS = ("get", "put", "post", "patch", "delete")
# what only people read, and what differs by language
_WORDS = {"description", "summary", "example", "examples", "tags", "title", "x-spec-enum-id"}
_NAMED = ("paths", "schemas", "properties", "responses", "content")  # their keys are names, whatever they are
_UPPER_LIMITS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER_LIMITS = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")


def api_facts() -> Facts:
    """The schema without its words and refusals: its version, addresses with what they take and answer, and shapes."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for operations in schema["paths"].values():
        for operation in operations.values():
            answers = operation["responses"].items()
            operation["responses"] = {code: answer for code, answer in answers if str(code).startswith("2")}
    return {
        "version": schema["info"]["version"],
        "paths": _without_words(schema["paths"], is_named=True),
        "schemas": _without_words(schema["components"]["schemas"], is_named=True),
    }


def _without_words(value: Any, *, is_named: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {
            str(name): _without_words(content, is_named=name in _NAMED and not is_named)
            for name, content in value.items()
            if is_named or name not in _WORDS
        }
    if isinstance(value, list | tuple):
        return [_without_words(each) for each in value]
    return value if isinstance(value, int | float | None) else str(value)


def what_breaks_programs(earlier: Facts, now: Facts) -> list[str]:
    """What a program that was written for the earlier schema can do no more, or has to do otherwise."""
    present = _operations(now)
    faults: list[str] = []
    for name, operation in _operations(earlier).items():
        if name in present:
            faults.extend(_operation_faults(name, operation, present[name], earlier, now))
        elif not operation.get("deprecated"):  # else it was announced, and its days are over
            faults.append(f"{name} is gone")
    return sorted(set(faults))


def _operations(facts: Facts) -> dict[str, Mapping[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, operations in facts["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    }


def _operation_faults(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], earlier: Facts, now: Facts
) -> Iterator[str]:
    sent, answered = _Sent(earlier, now), _Answered(earlier, now)
    for way_in in before.get("security", []):
        if way_in not in after.get("security", []):
            yield f"{name} is not open by {way_in or 'nothing'} any more"
    yield from _parameter_faults(name, before, after, sent)
    body_before, body_after = before.get("requestBody", {}), after.get("requestBody", {})
    if body_after.get("required") and not body_before.get("required"):
        yield f"{name} needs a body, and did not before"
    yield from _content_faults(f"{name}, sent", body_before, body_after, sent)
    for status, response in before["responses"].items():
        if status in after["responses"]:
            place = f"{name}, {status}"
            yield from _content_faults(place, response, after["responses"][status], answered)
        else:
            yield f"{name} does not answer {status} any more"


def _parameter_faults(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], sent: "_Comparison"
) -> Iterator[str]:
    known, taken = _parameters(before), _parameters(after)
    for place, parameter in known.items():
        if place in taken:
            yield from sent.faults(f"{name}, {place}", parameter["schema"], taken[place]["schema"])
        else:
            yield f"{name}, {place} is gone"
    for place, parameter in taken.items():
        if parameter.get("required") and not known.get(place, {}).get("required"):
            yield f"{name}, {place} is required, and was not before"


def _parameters(operation: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f"{each['in']} {each['name']}": each for each in operation.get("parameters", [])}


def _content_faults(
    place: str, before: Mapping[str, Any], after: Mapping[str, Any], comparison: "_Comparison"
) -> Iterator[str]:
    for media_type, content in before.get("content", {}).items():
        present = after.get("content", {}).get(media_type)
        if present is None:
            yield f"{place}: {media_type} is gone"
        elif "schema" in content:
            yield from comparison.faults(place, content["schema"], present["schema"])


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two schemas, one shape of each beside the other."""

    earlier: Facts
    now: Facts

    def faults(
        self, place: str, before: Any, after: Any, above: frozenset[tuple[int, int]] = frozenset()
    ) -> Iterator[str]:
        """What does not fit; `above` are the pairs within which this one stands, for shapes that hold themselves."""
        before, after = _shape(self.earlier, before), _shape(self.now, after)
        pair = (id(before), id(after))
        if pair in above:
            return
        above |= {pair}
        choices = _choices(before), _choices(after)
        if max(map(len, choices)) > 1:
            yield from self._choice_faults(place, *choices, above)
            return
        yield from self._value_faults(place, before, after)
        yield from self._field_faults(place, before, after)
        for name, content in before.get("properties", {}).items():
            if name in after.get("properties", {}):
                yield from self.faults(f"{place}, {name}", content, after["properties"][name], above)
            else:
                yield f"{place}, {name} is gone"
        for name in ("items", "additionalProperties"):
            if before.get(name) and after.get(name):
                yield from self.faults(f"{place}[]", before[name], after[name], above)

    def _choice_faults(
        self, place: str, before: Sequence[Any], after: Sequence[Any], above: frozenset[tuple[int, int]]
    ) -> Iterator[str]:
        for pairs in self._pairs(before, after):
            if all(list(self.faults(place, *pair, above)) for pair in pairs):
                yield f"{place}: one of its shapes is not what it was"

    def _pairs(self, before: Sequence[Any], after: Sequence[Any]) -> list[list[tuple[Any, Any]]]:
        """For each shape that has to fit another one: that one with each that may be the other."""
        raise NotImplementedError

    def _value_faults(self, place: str, before: Any, after: Any) -> Iterator[str]:
        raise NotImplementedError

    def _field_faults(self, place: str, before: Any, after: Any) -> Iterator[str]:
        raise NotImplementedError


class _Sent(_Comparison):
    """What programs send: all that was taken is taken still, and means the same."""

    def _pairs(self, before: Sequence[Any], after: Sequence[Any]) -> list[list[tuple[Any, Any]]]:
        return [[(one, other) for other in after] for one in before]

    def _value_faults(self, place: str, before: Any, after: Any) -> Iterator[str]:
        if after.get("type") is not None and not _types(before) <= _types(after):
            yield f"{place} takes {after['type']}, and took {before.get('type', 'anything')}"
        if "enum" in after:
            refused = [value for value in before.get("enum", ["anything"]) if value not in after["enum"]]
            if refused:
                yield f"{place} does not take {refused} any more"
        for limit in (*_UPPER_LIMITS, *_LOWER_LIMITS, "pattern", "format"):
            if _is_narrower(limit, before.get(limit), after.get(limit)):
                yield f"{place} has a {limit} of {after[limit]}, and had {before.get(limit, 'none')}"
        if "default" in before and before["default"] != after.get("default"):
            yield f"{place} is {after.get('default')} where it is left out, and was {before['default']}"

    def _field_faults(self, place: str, before: Any, after: Any) -> Iterator[str]:
        for name in set(after.get("required", [])) - set(before.get("required", [])):
            yield f"{place}, {name} is required, and was not before"


class _Answered(_Comparison):
    """What programs read: all that was there is there. Words for states and kinds may come (docs/api/README.md)."""

    def _pairs(self, before: Sequence[Any], after: Sequence[Any]) -> list[list[tuple[Any, Any]]]:
        return [[(other, one) for other in before] for one in after]

    def _value_faults(self, place: str, before: Any, after: Any) -> Iterator[str]:
        if before.get("type") is not None and not _types(after) <= _types(before):
            yield f"{place} is {after.get('type', 'anything')}, and was {before['type']}"
        if before.get("format") is not None and before["format"] != after.get("format"):
            yield f"{place} has the format {after.get('format')}, and had {before['format']}"

    def _field_faults(self, place: str, before: Any, after: Any) -> Iterator[str]:
        for name in set(before.get("required", [])) - set(after.get("required", [])):
            if name in after.get("properties", {}):
                yield f"{place}, {name} may be absent, and was not before"


def _shape(facts: Facts, shape: Any) -> Any:
    """What a reference leads to, also one that stands alone in `allOf` so that it may have a sentence of its own."""
    while True:
        if "$ref" in shape:
            shape = facts["schemas"][shape["$ref"].rpartition("/")[2]]
        elif len(shape.get("allOf", [])) == 1 and "properties" not in shape:
            (shape,) = shape["allOf"]
        else:
            return shape


def _choices(shape: Any) -> Sequence[Any]:
    return shape.get("oneOf") or shape.get("anyOf") or [shape]


def _types(shape: Any) -> set[str]:
    """The types that a value may have; any, where none is said."""
    types = shape.get("type", "anything")
    return {types} if isinstance(types, str) else set(types)


def _is_narrower(limit: str, before: Any, after: Any) -> bool:
    if after is None or before == after:
        return False
    if before is None or limit in ("pattern", "format"):
        return True
    return bool(after < before if limit in _UPPER_LIMITS else after > before)
