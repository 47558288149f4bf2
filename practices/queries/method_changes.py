"""Which versions of a practice changed its method: what somebody who uses it would have to do otherwise."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from practices.models import Version

_METHOD_FIELDS = ("triggers", "steps", "person_decides", "forbidden_uses")


def changes_method(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the second content asks for something else than the first."""
    return any(before.get(field) != after.get(field) for field in _METHOD_FIELDS)


def method_versions(versions: Sequence[Version]) -> list[Version]:
    """Of these versions of one practice those that changed the method of the one before, the oldest first."""
    ordered = sorted(versions, key=lambda version: version.number)
    return [later for earlier, later in pairwise(ordered) if changes_method(earlier.content, later.content)]
