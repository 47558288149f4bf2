"""The working copy as a signatory was shown it: what was edited since is not signed unread."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import Answer, Figure, Person, SignOffRequest
from alliance.queries.evidence_history import last_edit, versions_removed_since
from alliance.queries.local_dates import end_of_day
from alliance.queries.working_copy import WorkingCopy
from alliance.services.submission_content import content_to_compare
from portal.kernel.errors import WrongState
from portal.kernel.publishing import digest
from portal.kernel.text import format_moment

_MAX_NAMED = 5  # edits that the refusal names one by one


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """The moment as of which somebody was shown a working copy, and the digest of what it held then."""

    at: datetime
    digest: str

    @classmethod
    def of(cls, copy: WorkingCopy, at: datetime) -> "ShownCopy":
        """Of what would be filed now. No query of its own but for the evidence and what the checks compare with."""
        # told from another at this one moment alone, and not kept: the canonical form would take ten times as long
        return cls(at, digest(json.dumps(content_to_compare(copy)).encode()))

    @classmethod
    def as_stored(cls, copy: WorkingCopy) -> "ShownCopy":
        """For a program, as of the last change: what nobody changes reads the same again, and is signed as the same.

        One query more than `of`.
        """
        report = copy.frame.report
        answers = SignOffRequest.objects.filter(report=report).values_list("answered_at", flat=True)
        moments = [
            *(draft.updated_at for draft in (*copy.answers.values(), *copy.figures.values())),
            *(edit.at for edit in _evidence_edits(copy)),
            *(at for at in answers if at is not None),
        ]
        # in which nothing was written yet: nobody can sign that
        unwritten = end_of_day(report.cycle.starts_on - timedelta(days=1))
        return cls.of(copy, max(moments, default=unwritten).astimezone(UTC))

    @classmethod
    def parse(cls, text: str) -> "ShownCopy":
        """What `str` of it gives; raises ValueError for anything else."""
        moment, _blank, copy_digest = text.partition(" ")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or not copy_digest:
            raise ValueError(text)
        return cls(at.astimezone(UTC), copy_digest)

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.digest}"


def refuse_if_edited(copy: WorkingCopy, shown: ShownCopy) -> None:
    """Raises WrongState that says who has changed what since it was shown, when what would be filed is another now."""
    if ShownCopy.of(copy, shown.at).digest == shown.digest:
        return
    edits = _edits_since(copy, shown.at)
    named = edits[:_MAX_NAMED]
    further = len(edits) - len(named)
    if further:
        named.append(ngettext("%(n)d more", "%(n)d more", further) % {"n": further})
    message = _("You were shown the report as of %(at)s; it was changed after that.")
    sentences = [message % {"at": format_moment(shown.at)}]
    if named:
        sentences.append(_("Changed since: %(edits)s.") % {"edits": "; ".join(named)})
    sentences.append(_("Nothing has been submitted. Read it as it stands now, then sign."))
    raise WrongState(" ".join(sentences))


class _Edit(NamedTuple):
    """What was written, left out or, by the portal, carried over anew: when, where and by whom."""

    at: datetime
    place: str
    writer: Person | None
    is_renewal: bool = False
    is_removal: bool = False


def _edits_since(copy: WorkingCopy, at: datetime) -> list[str]:
    """What was written, left out or carried over anew since, of texts, figures and evidence, the latest first.

    One query for the evidence that is gone.
    """
    titles: dict[int | UUID, str] = {pledge.record: pledge.title for pledge in copy.frame.own_pledges}
    edits: list[_Edit] = []
    drafts: list[Answer | Figure] = [*copy.answers.values(), *copy.figures.values()]
    for draft in drafts:
        if draft.updated_at > at:
            place, is_renewal = _place_of(copy, draft, titles), draft.updated_by_id is None
            edits.append(_Edit(draft.updated_at, place, draft.updated_by, is_renewal=is_renewal))
    edits += [edit for edit in _evidence_edits(copy) if edit.at > at]
    edits += _removed_evidence(copy, at)
    edits.sort(key=lambda edit: edit.at, reverse=True)
    return [_sentence(edit) for edit in edits]


def _evidence_edits(copy: WorkingCopy) -> Iterator[_Edit]:
    """When each piece was last changed, its title, and who did so; what was left out by whoever left it out."""
    for row in copy.evidence:
        at, writer = last_edit(row)
        is_renewal = row.carried_over and writer is None
        yield _Edit(at, row.title or _("Adopted practice"), writer, is_renewal=is_renewal)
    for row in copy.excluded_evidence:
        if row.excluded_at is not None:
            yield _Edit(row.excluded_at, row.title or _("Adopted practice"), row.removed_by)


def _removed_evidence(copy: WorkingCopy, since: datetime) -> Iterator[_Edit]:
    """What was removed since before it was ever submitted, by whom or by the portal. One query."""
    for row in versions_removed_since(copy.frame.report, since):
        title, is_renewal = row.title or _("Adopted practice"), row.overtaken_at is not None
        yield _Edit(
            row.overtaken_at or row.pgh_created_at,
            title,
            row.removed_by,
            is_renewal=is_renewal,
            is_removal=True,
        )


def _place_of(copy: WorkingCopy, draft: Answer | Figure, titles: Mapping[int | UUID, str]) -> str:
    if isinstance(draft, Figure):
        return copy.frame.words_of(draft.place)
    return draft.indicator.title if draft.indicator else titles.get(draft.subject_key, "")


def _sentence(edit: _Edit) -> str:
    if edit.is_renewal and edit.is_removal:
        return _("“%(place)s”, removed by the portal") % {"place": edit.place}
    if edit.is_renewal:
        return _("“%(place)s”, carried over anew") % {"place": edit.place}
    name = edit.writer.name if edit.writer else _("a person who has left")
    return _("“%(place)s” by %(name)s") % {"place": edit.place, "name": name}
