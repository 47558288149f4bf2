"""Two people, one group of a practice: what each of them made of what they had begun with, as one group and frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from portal.kernel.text import (
    Overlap,
    format_date,
    merge_lists,
    merge_values,
    merge_without_base,
    merge_words,
)
from practices.fields import FieldGroup, FieldType, fields_of
from practices.services.practices import PracticeFrame
from practices.web.forms.field_groups import PracticeForm

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


def merge_frames(
    base: PracticeFrame | None, theirs: PracticeFrame, mine: PracticeFrame
) -> tuple[PracticeFrame, list[Overlap]]:
    """The frame with the changes of both, mine where both changed the same, and what they changed so."""
    language = merge_values(base.language if base else "", theirs.language, mine.language)
    day = merge_values(base.expires_on if base else None, theirs.expires_on, mine.expires_on)
    are_of_both = language[1], day[1]
    texts = zip(frame_texts(theirs), frame_texts(mine), are_of_both, strict=True)
    overlaps = [Overlap(": ".join(old), ": ".join(new)) for old, new, is_of_both in texts if is_of_both]
    return PracticeFrame(language[0], day[0]), overlaps


def frame_texts(frame: PracticeFrame) -> list[tuple[str, str]]:
    """The language and the last day, each with the label of its field."""
    fields = PracticeForm.base_fields
    language = str(dict(settings.LANGUAGES).get(frame.language, frame.language))
    day = format_date(frame.expires_on) if frame.expires_on else "–"
    return [(str(fields["language"].label), language), (str(fields["expires_on"].label), day)]
