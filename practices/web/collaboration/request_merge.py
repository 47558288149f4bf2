"""Two people, one request on the board: both versions side by side, or what each made of it as one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.text import Overlap, compare_words, merge_values, merge_without_base, merge_words
from practices.audiences import Audience
from practices.enums import Label
from practices.models import Request
from practices.queries.request_history import LABELS, Content, RequestWords, last_save
from practices.services.audiences import audience_of
from practices.services.requests import content_of


@dataclass(slots=True)
class MergedRequest:
    """Both changes in place, and what both have changed: in the text theirs is followed by mine."""

    content: dict[str, Any]
    overlaps: list[Overlap] = field(default_factory=list)

    def stored_values(self, theirs: Content) -> str:
        """What is stored of the fields that are typed, for the drafts on the device."""
        return json.dumps({name: theirs[name] for name in ("title", "text")})


def merge_requests(base: Content | None, theirs: Content, mine: Content) -> MergedRequest:
    """Merge two versions, field by field; without `base`, of which nobody knows what both began with."""
    merged, words = MergedRequest(dict(theirs)), RequestWords()
    for name in LABELS:
        if name == "text":
            continue
        merged.content[name], is_of_both = merge_values((base or {}).get(name), theirs[name], mine[name])
        if is_of_both:
            merged.overlaps.append(Overlap(words.write(name, theirs), words.write(name, mine)))
    texts = theirs["text"], mine["text"]
    text = merge_words(base["text"], *texts) if base else merge_without_base(*texts)
    merged.content["text"] = text.text
    merged.overlaps += text.overlaps
    return merged


def conflict_context(
    actor: Actor, stored: Request, sent: Content, sent_readers: Audience, started_from: int
) -> Mapping[str, Any]:
    """What components/conflict.html shows: only what differs, of one text alone without its label."""
    words, theirs = RequestWords(), content_of(stored)
    names = [name for name in LABELS if theirs[name] != sent[name]]
    readers = audience_of(stored)
    before, after = ([words.write(name, content) for name in names] for content in (theirs, sent))
    labels = [str(LABELS[name]) for name in names]
    if readers.label != sent_readers.label:
        labels.append("TLP")
        before.append(Label(readers.label).label)
        after.append(Label(sent_readers.label).label)
    stored_text, sent_text = _as_text(labels, before), _as_text(labels, after)
    save = last_save(actor, stored)
    return {
        "who": save.written_by.name if save else "",
        "writer": save.written_by_id if save else None,
        "stored": stored_text,
        "stored_at": save.written_at if save else None,
        "sent": sent_text,
        "sent_at": clock.now(),
        "pieces": compare_words(stored_text, sent_text),
        "started_from": started_from,
    }


def _as_text(labels: list[str], values: list[str]) -> str:
    if len(values) == 1:
        return values[0]
    return "\n".join(f"{label}: {value or '–'}" for label, value in zip(labels, values, strict=True))
