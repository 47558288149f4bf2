"""Two people, one group of a practice: what each of them made of what they had begun with, as one group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.kernel.text import Overlap, merge_lists, merge_values, merge_without_base, merge_words
from practices.fields import FieldGroup, FieldType, fields_of

GroupContent = Mapping[str, Any]


@dataclass(slots=True)
class MergedGroup:
    """Both changes in place, and the passages that both have changed: there theirs is followed by mine."""

    content: dict[str, Any] = field(default_factory=dict)
    overlaps: list[Overlap] = field(default_factory=list)


def merge_groups(
    group: FieldGroup, base: GroupContent | None, theirs: GroupContent, mine: GroupContent
) -> MergedGroup:
    """Merge two versions of a group, field by field; without `base`, of which nobody knows what both began with."""
    merged = MergedGroup()
    for each in fields_of(group):
        began = (base or {}).get(each.key)
        old, new = theirs.get(each.key), mine.get(each.key)
        if each.field_type == FieldType.TEXT:
            texts = old or "", new or ""
            text = merge_without_base(*texts) if base is None else merge_words(began or "", *texts)
            value: Any = text.text
            merged.overlaps += text.overlaps
        elif each.is_list:
            value = merge_lists(began or [], old or [], new or [])
        else:
            value, is_of_both = merge_values(began, old, new)
            if is_of_both:
                merged.overlaps.append(Overlap(str(old or ""), str(new or "")))
        if value not in (None, "", []):
            merged.content[each.key] = value
    return merged
