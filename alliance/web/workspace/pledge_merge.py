"""Two people, one draft pledge: what each of them made of what they had begun with, as one pledge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.kernel.text import Overlap, merge_lists, merge_values, merge_without_base, merge_words

Content = Mapping[str, Any]  # as alliance.services.pledge_draft.content_of gives it

_WORDS, _LISTS = ("title", "language"), ("services", "measures", "targets")


@dataclass(slots=True)
class MergedPledge:
    """Both changes in place, and the passages that both have changed: there theirs is followed by mine."""

    content: dict[str, Any]
    overlaps: list[Overlap] = field(default_factory=list)


def merge_pledges(base: Content | None, theirs: Content, mine: Content) -> MergedPledge:
    """Merge two versions of a draft, field by field; without `base`, of which nobody knows what both began with."""
    merged = MergedPledge(dict(theirs))
    began = base or {}
    for name in _WORDS:
        merged.content[name], is_of_both = merge_values(began.get(name), theirs[name], mine[name])
        if is_of_both:
            merged.overlaps.append(Overlap(theirs[name], mine[name]))
    texts = theirs["text"], mine["text"]
    text = merge_words(base["text"], *texts) if base else merge_without_base(*texts)
    merged.content["text"] = text.text
    merged.overlaps += text.overlaps
    for name in _LISTS:
        merged.content[name] = merge_lists(began.get(name, ()), theirs[name], mine[name])
    return merged
