"""The history of the fields of a working copy: each change is noted."""

from collections.abc import Mapping
from typing import Any

from portal.kernel.access import SYSTEM, acting_as
from practices.fields import FIELDS
from practices.models import Draft, FieldHistory, Practice


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


def forget_earlier_wordings(practice: Practice) -> None:
    """Delete what the fields have said before now; of each the last version stays. As SYSTEM."""
    with acting_as(SYSTEM):
        rows = FieldHistory.objects.filter(practice=practice)
        last = rows.order_by("field", "-pk").distinct("field").values_list("pk", flat=True)
        rows.exclude(pk__in=list(last)).delete()
