"""Values of a record as a form or a program sends them back: by what it is known whether they are still the same."""

import hashlib
import json
from collections.abc import Mapping


def values_key(values: Mapping[str, object]) -> str:
    """The SHA-256 of the values by name, in hexadecimal; the order of the names does not matter."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
