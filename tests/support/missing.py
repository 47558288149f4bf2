"""URLs of records that do not exist."""

import uuid
from typing import Any


def missing_url_kwargs(url_kwargs: dict[str, Any]) -> dict[str, Any]:
    """The same URL for a record that does not exist."""
    named = next(iter(url_kwargs))
    nothing: dict[type, Any] = {int: 999_999_999, uuid.UUID: uuid.UUID(int=0), str: "no-such-thing"}
    return {**url_kwargs, named: nothing[type(url_kwargs[named])]}
