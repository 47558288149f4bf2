"""What of an import is there already: a pack that comes back to its own practice, as a whole or but for some files."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.content import in_field_order
from practices.enums import ImportChoice, TranslationState
from practices.files import PracticeFile
from practices.models import ModelRun, Practice, Relation, Translation
from practices.queries.translations import NOT_OF_EARLIER_READERS
from practices.services.held_rows import working_test_set
from practices.services.import_limits import positions_of
from practices.services.import_proposals import PlannedFile
from practices.services.import_reports import language_and_expiry, own_practice, related_practices
from practices.services.import_translations import language_of
from practices.translated_texts import align_texts

# what goes into the fields of a policy, which is another one then
TAKEN_UP = (ImportChoice.LICENCE, ImportChoice.SCORES, ImportChoice.PROMPT)
_IN_FORCE = (
    TranslationState.DRAFT, TranslationState.OFFERED, TranslationState.IN_MODERATION, TranslationState.SHARED,
)  # fmt: skip


def is_unchanged(actor: Actor, practice_file: PracticeFile, practice: Practice) -> bool:
    """Whether nothing in the file differs from the working copy: content, language, last day, relations."""
    current = practice.draft.content
    new = practice_file.as_version_of(current)
    if practice_file.unsure_classes or in_field_order(new) != in_field_order(current):
        return False
    if language_and_expiry(practice_file, practice, new) != (practice.language, practice.expires_on):
        return False
    with acting_as(SYSTEM):  # one may be there for readers of before
        ends = set(Relation.objects.filter(practice=practice).values_list("kind", "target_id"))
    return all((kind, target.pk) in ends for kind, target in related_practices(actor, practice_file))


def leave_out_what_is_there(actor: Actor, every: Sequence[PlannedFile]) -> None:
    """Propose nothing of a policy in which nothing differs, and of what stands beside it only what is new."""
    for policy in every:
        if policy.choice != ImportChoice.VERSION or not policy.report.get("is_unchanged"):
            continue
        practice = own_practice(actor, policy.report["practice"])
        parts = [each for each in every if positions_of(each)[:1] == [policy.position]]
        if practice is None:
            continue
        for part in parts:
            if _is_there(actor, part, policy, practice, parts):
                part.report["is_there"] = True
                part.settings = {**part.settings, "stays_out": str(part.choice)}  # until its policy comes in
                part.choice = ImportChoice.LEAVE_OUT
        if not any(part.choice in TAKEN_UP for part in parts):
            policy.choice = ImportChoice.LEAVE_OUT


def _is_there(
    actor: Actor, part: PlannedFile, policy: PlannedFile, practice: Practice, parts: Sequence[PlannedFile]
) -> bool:
    """Whether the practice has what this file would add to it."""
    if part.choice in (ImportChoice.ATTACHMENT, ImportChoice.SIGNALS):
        sha256 = part.report.get("stored") or part.sha256
        return sha256 in {stored for _kind, stored in policy.report["attached"]}
    if part.choice == ImportChoice.TEST_SET:
        return _has_test_set(part)
    if part.choice == ImportChoice.RUNS:
        test_sets = [each for each in parts if ImportChoice.TEST_SET in each.choices]
        return all(map(_has_test_set, test_sets)) and _has_runs(actor, part, practice)
    return part.choice == ImportChoice.TRANSLATION and _has_translation(actor, part, policy, practice)


def _has_test_set(part: PlannedFile) -> bool:
    return bool((part.report.get("replaces") or {}).get("is_same"))


def _has_runs(actor: Actor, part: PlannedFile, practice: Practice) -> bool:
    """Whether each run of the list is there, by model and day: what was counted of it follows from the same rows."""
    try:
        runs = [_run_facts(run) for run in json.loads(part.raw)["runs"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False  # the work says what is wrong
    rows = ModelRun.objects.visible_to(actor).filter(attachment=working_test_set(practice))
    return set(runs) <= set(rows.values_list("kind", "name", "setting", "ran_on"))


def _run_facts(run: Mapping[str, Any]) -> tuple[str, str, str, date]:
    return str(run["kind"]), str(run["model"]), str(run.get("setting", "")), date.fromisoformat(run["ran_on"])


def _has_translation(actor: Actor, part: PlannedFile, policy: PlannedFile, practice: Practice) -> bool:
    """Whether one of its translations, of the working copy or for all of its readers, says the same."""
    texts = align_texts(policy.content, part.content).texts
    rows = Translation.objects.visible_to(actor).filter(
        NOT_OF_EARLIER_READERS,
        practice=practice,
        language=language_of(part.report),
        state__in=_IN_FORCE,
    )
    latest = rows.order_by("-version_number", "-pk").first()
    draft = rows.filter(state=TranslationState.DRAFT).first()
    return any(row is not None and row.content == texts for row in (draft, latest))
