"""Addresses of things that there are not."""

import uuid
from typing import Any


def missing_place(place: dict[str, Any]) -> dict[str, Any]:
    """The same address for a thing that there is not."""
    named = next(iter(place))
    nothing: dict[type, Any] = {int: 999_999_999, uuid.UUID: uuid.UUID(int=0), str: "no-such-thing"}
    return {**place, named: nothing[type(place[named])]}
