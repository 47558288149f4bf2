"""Addresses of things that there are not."""

import uuid
from typing import Any


def missing_url_kwargs(url_kwargs: dict[str, Any]) -> dict[str, Any]:
    """The same address for a thing that there is not."""
    named = next(iter(url_kwargs))
    nothing: dict[type, Any] = {int: 999_999_999, uuid.UUID: uuid.UUID(int=0), str: "no-such-thing"}
    return {**url_kwargs, named: nothing[type(url_kwargs[named])]}
