"""The mapping of a draft, written key by key: what a key of the version before became, and why its series breaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.charter_file import CharterText, content_digest
from alliance.charter_file.texts import LANGUAGES, KeyChange, TranslatedText
from alliance.models import Charter
from alliance.queries.charter_differences import text_mapping
from alliance.queries.charter_dry_run import earlier_version
from alliance.queries.charter_problems import mapping_refusal, refuse_planned
from alliance.queries.charter_text import charter_text
from alliance.queries.last_edits import edited_meanwhile
from alliance.services.charter_parts import write_mapping
from alliance.validators.lineage import VersionMapping
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import Conflict, DomainError, Faults, WrongState
from portal.kernel.text import clean_optional_line


@dataclass(frozen=True, slots=True)
class MappingDraft:
    """What becomes of one key: its later keys, none where it ends; or that this is still to be decided.

    `breaks` breaks the series although one key became one; a break needs its reason by language, and nothing else has
    one. What is still to be decided keeps its later keys as proposals, and the reason, for the day on which it is.
    """

    earlier_key: str
    later_keys: Sequence[str] = ()
    is_undecided: bool = False
    breaks: bool = False
    reason: Mapping[str, str] | None = None


@transaction.atomic
def edit_mapping(
    actor: Actor, charter: Charter, drafts: Sequence[MappingDraft], *, edited_at: datetime
) -> Charter:
    """Write what becomes of some keys; the other rows of the mapping stay. The dry run has to be started again.

    `edited_at` is that of the draft which the actor has read. Raises Forbidden, WrongState when it is no draft,
    Conflict when it was changed in between, with who did it, DomainError for a first version, or Faults at `later_N`
    and `reason_LANGUAGE_N`, N being the place among `drafts`.
    """
    require(actor, "charter.edit_mapping", charter)
    locked = Charter.objects.select_for_update(of=("self",), no_key=True).get(pk=charter.pk)
    if why := mapping_refusal(locked):
        raise WrongState(why)
    refuse_planned(locked)
    if locked.edited_at != edited_at:
        message = edited_meanwhile(actor, locked, "charter.load", "charter.edit_mapping")
        raise Conflict(message, stored=locked, sent=drafts)
    earlier = earlier_version(locked.key, locked.version, locked.supersedes)
    if earlier is None:
        raise DomainError(_("This is the first version: there is nothing to map."))
    before, text = charter_text(earlier), charter_text(locked)
    edited = {draft.earlier_key for draft in drafts}
    others = tuple(change for change in text.mapping if change.earlier not in edited)
    changes = tuple(change for draft in drafts for change in _changes(draft))
    candidate = replace(text, supersedes=earlier.version, mapping=(*others, *changes))
    # what breaks by itself does so whatever was typed as its reason, and whatever is only proposed of other keys
    bare = [change for draft in drafts for change in _changes(draft, only_chosen_breaks=True)]
    decided = replace(candidate, mapping=(*others, *bare)).decided_mapping()
    _refuse_faults(drafts, before, candidate, text_mapping(before, replace(candidate, mapping=decided)))
    write_mapping(locked, candidate.mapping)
    locked.supersedes, locked.sha256 = earlier.version, content_digest(candidate)
    locked.edited_at = clock.now()
    locked.save(update_fields=["supersedes", "sha256", "edited_at"])
    journal.record(actor, "charter.edit_mapping", locked, keys=sorted(edited))
    return locked


def _changes(draft: MappingDraft, *, only_chosen_breaks: bool = False) -> list[KeyChange]:
    """The rows of the mapping; none where the key keeps its name, or ends.

    What is undecided has a row without a later key, with the reason; its proposals follow. `only_chosen_breaks`:
    without the reason of a series of which the draft does not say that it breaks.
    """
    reason = _reason(draft) if draft.breaks or not only_chosen_breaks else None
    undecided = [KeyChange(draft.earlier_key, "", reason)] if draft.is_undecided else []
    reason = None if draft.is_undecided else reason
    if tuple(draft.later_keys) == (draft.earlier_key,) and reason is None:
        return undecided
    return undecided + [KeyChange(draft.earlier_key, later, reason) for later in draft.later_keys]


def _reason(draft: MappingDraft) -> TranslatedText | None:
    """The reason as a charter file can say it, on one line. Raises DomainError for characters that nobody sees."""
    words = {language: (draft.reason or {}).get(language, "").split() for language in LANGUAGES}
    texts = {language: clean_optional_line(" ".join(each)) for language, each in words.items()}
    return TranslatedText(**texts) if any(texts.values()) else None


def _refuse_faults(
    drafts: Sequence[MappingDraft], before: CharterText, after: CharterText, mapping: VersionMapping
) -> None:
    """Every fault at its field: keys that there are not, levels that are mixed, breaks without their reasons, reasons
    without a break.
    """
    levels, later_levels = _levels(before), _levels(after)
    figures = {row.key for row in before.indicators() if row.value}
    faults: dict[str, str] = {}
    for place, draft in enumerate(drafts):
        level = levels.get(draft.earlier_key)
        if level is None or any(later_levels.get(key) != level for key in draft.later_keys):
            faults[f"later_{place}"] = _(
                "A commitment becomes a commitment, a measure a measure, an indicator an indicator."
            )
        elif not draft.is_undecided and not draft.later_keys and draft.earlier_key in later_levels:
            faults[f"later_{place}"] = _("The new version has this key too: it continues under it.")
        elif draft.breaks and not draft.later_keys:
            faults[f"later_{place}"] = _(
                "Choose what it becomes: a series that ends has nothing to break into."
            )
        elif draft.earlier_key in figures and not draft.is_undecided:
            is_broken = draft.breaks or any(mapping.origin(key)[1] for key in draft.later_keys)
            faults |= _reason_faults(place, draft, is_broken=is_broken)
    if faults:
        raise Faults(_("The mapping cannot be saved like this."), faults)


def _reason_faults(place: int, draft: MappingDraft, *, is_broken: bool) -> dict[str, str]:
    reason = draft.reason or {}
    if not is_broken:
        return {
            f"reason_{language}_{place}": _(
                "This series does not break: choose “breaks”, or leave the reason empty."
            )
            for language in LANGUAGES
            if reason.get(language, "").strip()
        }
    return {
        f"reason_{language}_{place}": _("Say why the series breaks: the reason stands on the chart.")
        for language in LANGUAGES
        if not reason.get(language, "").strip()
    }


def _levels(charter: CharterText) -> dict[str, str]:
    """Every key with its level."""
    return (
        {row.key: "commitment" for row in charter.commitments()}
        | {row.key: "measure" for row in charter.measures()}
        | {row.key: "indicator" for row in charter.indicators()}
    )
