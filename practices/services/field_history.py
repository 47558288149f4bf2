"""The history of the fields of a working copy: each change is noted."""

from collections.abc import Mapping
from typing import Any

from practices.fields import FIELDS
from practices.models import Draft, FieldHistory


def note_changes(draft: Draft, before: Mapping[str, Any]) -> None:
    """Note each field of a saved working copy that says something else than `before`. One query at most."""
    FieldHistory.objects.bulk_create(
        FieldHistory(
            practice_id=draft.practice_id,
            field=field.key,
            value=draft.content.get(field.key),
            version=draft.version,
            written_by_id=draft.updated_by_id,
            written_at=draft.updated_at,
        )
        for field in FIELDS
        if draft.content.get(field.key) != before.get(field.key)
    )
