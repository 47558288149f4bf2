"""The keys that a practice has carried: they stay good when the charter that they came from is replaced."""

from practices.keys import KEYED, KeysByField
from practices.models import Draft, Practice, Version


def stored_keys(practice: Practice) -> KeysByField:
    """By field, what its working copy and its versions name, as far as the actor sees them. Two queries."""
    columns = [f"content__{field}" for field in KEYED]
    rows = [
        *Draft.objects.filter(practice=practice).values_list(*columns),
        *Version.objects.filter(practice=practice).values_list(*columns),
    ]
    return {field: {key for row in rows for key in row[place] or ()} for place, field in enumerate(KEYED)}
