"""What the person of an import chooses before anything comes in: what each file becomes, fields for many at once."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from practices.content import clean_content, is_class_key
from practices.enums import ClassOutcome, ImportChoice, UnknownClassAnswer
from practices.models import ImportedFile, PracticeImport
from practices.packs.test_sets import summarise_test_set
from practices.services.import_limits import chosen_state, settle_choices
from practices.services.import_originals import choose_original, original_answers
from practices.services.import_roles import signals_settings
from practices.services.import_test_sets import (
    MOST_CLASSES,
    classes_of,
    facts_for_policy,
    possible_answers,
    replaced_by,
    rows_that_come_in,
)
from practices.services.keys import refuse_unknown_keys

BULK_FIELDS = ("kind", "harms", "stage", "permitted_use")


@transaction.atomic
def choose_files(
    actor: Actor,
    prepared: PracticeImport,
    choices: Mapping[int, str],
    answers: Mapping[int, Mapping[str, str]],
) -> None:
    """Keep what each file is to become, and what was answered to its questions; both by position.

    A test set that is for another policy, or whose policy has other classes now, is read again. What belongs to a
    policy follows it, and what cannot be says why (`import_limits`). Raises WrongState once it was confirmed or
    discarded; a choice that a file does not have changes nothing.
    """
    rows = _open_rows(actor, prepared)
    stored = {row.position: (row.choice, row.settings, row.report) for row in rows}
    before = {chosen_state(row) for row in rows}
    policies = {row.position: row for row in rows}
    earlier_classes = {row.position: classes_of(row) for row in rows}
    hints: dict[int, list[str]] = {}
    for row in rows:
        choice = choices.get(row.position, row.choice)
        if choice in row.report.get("choices", ()):
            row.choice = choice
        row.settings = {**row.settings, **_known_answers(row, answers.get(row.position, {}))}
    for row in rows:
        earlier_choice, earlier, _report = stored[row.position]
        if row.choice == ImportChoice.TRANSLATION and (row.choice, row.settings) != (earlier_choice, earlier):
            hints[row.position] = choose_original(actor, row, policies)
        if row.report.get("kinds"):
            hints[row.position] = _choose_signals(row, earlier)
        elif row.report.get("role") == "test_set":
            policy = policies[row.settings["of"]]
            before_rows = rows_that_come_in(row, earlier)
            has_other_classes = classes_of(policy) != earlier_classes.get(earlier["of"])
            if policy.position != earlier["of"] or has_other_classes:
                _read_again(actor, row, policy)
            hints[row.position] = _answer_classes(row, policy, answers.get(row.position, {}), before_rows)
    settle_choices(rows, before, hints)
    for row in rows:
        if (row.choice, row.settings, row.report) != stored[row.position]:
            row.save(update_fields=["choice", "settings", "report"])


def _read_again(actor: Actor, row: ImportedFile, policy: ImportedFile) -> None:
    """The report on a test set, for a policy with these classes."""
    raw, classes = files.read(row.file, row.sha256), classes_of(policy)
    facts = facts_for_policy(summarise_test_set(raw, row.name), classes)
    replaces = replaced_by(actor, raw, row.name, {**policy.report, "classes": classes})
    row.report = {**row.report, **facts, "replaces": replaces}


def _choose_signals(row: ImportedFile, earlier: Mapping[str, Any]) -> list[str]:
    """Whoever says of which algorithm hashes are wants them; whoever wants them has to say it."""
    if row.settings.get("kind") and not earlier.get("kind") and row.choice == ImportChoice.LEAVE_OUT:
        row.choice = ImportChoice.SIGNALS
    if row.choice == ImportChoice.SIGNALS and not row.settings.get("kind"):
        row.choice = ImportChoice.LEAVE_OUT
        return [_("Say by which algorithm the hashes were made.")]
    return []


def _answer_classes(
    row: ImportedFile, policy: ImportedFile, sent: Mapping[str, str], before_rows: int
) -> list[str]:
    """Whoever says of the classes whether they are allowed wants the test set; without any nothing of it comes in."""
    unknown = row.report.get("unknown", ())
    named = {each["key"]: sent.get(f"unknown-{place}", "") for place, each in enumerate(unknown, start=1)}
    wanted = {key: answer for key, answer in named.items() if answer in UnknownClassAnswer.values}
    answers, hints = possible_answers(row, wanted, policy), []
    row.settings = {**row.settings, "unknown": answers}
    unfit = [key for key in wanted if key not in answers and is_class_key(key)]
    if any(wanted[key] != UnknownClassAnswer.LEAVE_ROWS for key in unfit):
        hints.append(_("A policy has at most %(most)d classes.") % {"most": MOST_CLASSES})
    coming = rows_that_come_in(row, row.settings)
    if row.choice == ImportChoice.LEAVE_OUT and coming and not before_rows:
        row.choice = ImportChoice.TEST_SET
    if row.choice == ImportChoice.TEST_SET and not coming:
        row.choice = ImportChoice.LEAVE_OUT
        hints.append(_("Say of its classes whether they are allowed."))
    return hints


def _known_answers(row: ImportedFile, answers: Mapping[str, str]) -> dict[str, Any]:
    """The answers that this file has a question for; those to classes of a test set are read with its policy."""
    known: dict[str, Any] = {}
    if answers.get("as") in row.report.get("kinds", ()):
        known |= signals_settings(answers["as"])
    for position in row.report.get("policies", ()):
        if str(position) == answers.get("of"):
            known["of"] = position
    if "originals" in row.report:
        known |= original_answers(row, answers)
    verdicts = dict(row.settings.get("verdicts", {}))
    for place, each in enumerate(row.report.get("unsure_classes", ()), start=1):
        answer = answers.get(f"class-{place}")
        if answer in ClassOutcome.values:
            verdicts[each["key"]] = answer
        elif answer is not None:
            verdicts.pop(each["key"], None)
    if verdicts != row.settings.get("verdicts", {}):
        known["verdicts"] = verdicts
    return known


@transaction.atomic
def set_for_many(
    actor: Actor, prepared: PracticeImport, positions: Collection[int], values: Mapping[str, Any]
) -> int:
    """Set fields of these policies where their files say nothing of them; returns for how many something was set.

    Harms are added to what was set before. Raises Faults for what is wrong in a value.
    """
    content = clean_content({key: values.get(key) for key in BULK_FIELDS})
    refuse_unknown_keys(content)
    if not content:
        raise DomainError(_("Choose at least one."))
    changed = 0
    for row in _open_rows(actor, prepared):
        without_fields = (ImportChoice.TRANSLATION, ImportChoice.ATTACHMENT)
        is_policy = row.report.get("role") == "practice" and row.choice not in without_fields
        if row.position not in positions or not is_policy:
            continue
        before = row.settings.get("content", {})
        new = {key: value for key, value in content.items() if key not in row.stated_fields}
        if "harms" in new:
            new["harms"] = list(dict.fromkeys([*before.get("harms", []), *new["harms"]]))[:12]
        if new:
            changed += 1
            row.settings = {**row.settings, "content": {**before, **new}}
            row.save(update_fields=["settings"])
    return changed


def _open_rows(actor: Actor, prepared: PracticeImport) -> list[ImportedFile]:
    """The files of one's own import, locked with it while it waits."""
    require(actor, "practice.draft")
    rows: Any = PracticeImport.objects.visible_to(actor).select_for_update(of=("self",))
    locked = rows.get(pk=prepared.pk)
    if locked.confirmed_at or locked.discarded_at:
        raise WrongState(_("This import has already been confirmed or discarded."))
    return list(ImportedFile.objects.filter(upload=locked).exclude(choice=ImportChoice.REFUSED))
