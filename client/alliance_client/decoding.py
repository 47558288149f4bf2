"""From JSON to frozen dataclasses: what is not known is ignored, what is missing and needed is named."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from alliance_client.errors import Unreadable
from alliance_client.words import say

T = TypeVar("T")


def decode(kind: type[T], content: object, place: str = "") -> T:
    """The object that JSON says. Raises Unreadable for what is missing or of another type.

    Fields and words of a list that a later portal adds are no fault: the first are left out, the second stay texts.
    """
    if not isinstance(content, Mapping):
        raise _unreadable(place or kind.__name__)
    values: dict[str, Any] = {}
    for name, hint, is_needed in _fields(kind):
        path = f"{place}.{name}" if place else name
        if name in content:
            values[name] = _value(hint, content[name], path)
        elif is_needed:
            raise _unreadable(path)
    return kind(**values)


_Fields = tuple[tuple[str, Any, bool], ...]  # name, type, whether it has to be there
_known: dict[type[Any], _Fields] = {}


def _fields(kind: type[Any]) -> _Fields:
    if kind not in _known:
        hints = get_type_hints(kind)
        _known[kind] = tuple(
            (each.name, hints[each.name], each.default is MISSING and each.default_factory is MISSING)
            for each in fields(kind)
        )
    return _known[kind]


def _value(hint: Any, value: object, path: str) -> Any:
    if hint is Any:
        return value
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (each for each in get_args(hint) if each is not type(None))
        return None if value is None else _value(inner, value, path)
    if origin is tuple and isinstance(value, list):
        inner = get_args(hint)[0]
        return tuple(_value(inner, each, f"{path}.{number}") for number, each in enumerate(value))
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, value, path)
    return _plain(hint, value, path)


def _plain(hint: Any, value: object, path: str) -> Any:
    if hint in (date, datetime) and isinstance(value, str):
        try:
            return hint.fromisoformat(value)
        except ValueError as error:
            raise _unreadable(path) from error
    # true is an int for Python, and none for anybody else
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise _unreadable(path)


def _unreadable(path: str) -> Unreadable:
    return Unreadable(
        say(
            "The portal’s answer cannot be read at “{path}”. Its version and that of this client do not fit: "
            "`alliance whoami` shows both.",
            path=path,
        )
    )


def to_json(value: Any) -> Any:
    """The same as plain data, to be written as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return to_json(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): to_json(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
