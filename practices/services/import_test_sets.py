"""Test sets of an import: for which policy they are, what is asked of their classes, what they would replace."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from practices.content import is_class_key
from practices.enums import ImportChoice, UnknownClassAnswer
from practices.fields import FIELDS_BY_KEY
from practices.models import ImportedFile, ModelRun
from practices.packs.held_back import given_digest
from practices.packs.test_sets import TestSetSummary, summarise_test_set
from practices.services.held_rows import texts_given, texts_held_back, working_test_set
from practices.services.import_proposals import PlannedFile
from practices.services.import_reports import own_practice, part_report
from practices.services.import_targets import shared_name

_ADDED = (UnknownClassAnswer.ADD_VIOLATING, UnknownClassAnswer.ADD_ALLOWED)
_MOST_NAMED = 20  # classes that a policy lacks, by name
MOST_CLASSES = FIELDS_BY_KEY["classes"].limit


def plan_test_set(planned: PlannedFile, near: Sequence[PlannedFile]) -> None:
    """For the policy near it that names most of its rows' classes; read once, however many there are.

    Where that has none of them, they can be added to the policy, or the file kept as it is.
    """
    if not near:
        planned.leave_out(_("No policy stands beside this file."))
        return
    summary = summarise_test_set(planned.raw, planned.name)
    best = max(
        near,
        key=lambda each: (
            summary.count_of([*classes_of(each), *_unsure_keys(each)]),
            shared_name(planned, each, near),
            bool(each.report["classes"]),
            -each.position,
        ),
    )
    planned.report = part_report(
        "test_set",
        planned.short_name,
        **facts_for_policy(summary, classes_of(best)),
        empty=summary.empty[:20],
        columns=summary.columns,
    )
    planned.settings = {"of": best.position}
    planned.propose(ImportChoice.TEST_SET)
    if not planned.report["rows"]:
        planned.choice = ImportChoice.LEAVE_OUT
        if not summary.rows_held_back:  # as it is, it would give out what it holds back
            planned.choices = (ImportChoice.TEST_SET, ImportChoice.ATTACHMENT, ImportChoice.LEAVE_OUT)


def classes_of(policy: PlannedFile | ImportedFile) -> list[str]:
    """The classes of a policy: those that its file states, and those of which its person has said the verdict."""
    verdicts = policy.settings.get("verdicts", {})
    return [*policy.report.get("classes", ()), *(key for key in _unsure_keys(policy) if key in verdicts)]


def _unsure_keys(policy: PlannedFile | ImportedFile) -> list[str]:
    return [row["key"] for row in policy.report.get("unsure_classes", ())]


def facts_for_policy(summary: TestSetSummary, classes: Collection[str]) -> dict[str, Any]:
    """What the report says of a test set for a policy of these classes; of classes that it lacks it names the first."""
    unknown = summary.unknown_to(classes)
    named, others = unknown[:_MOST_NAMED], unknown[_MOST_NAMED:]
    return {
        "rows": summary.count_of(classes),
        "classes": summary.counts_of(classes),
        "unknown": [asdict(each) for each in named],
        "unnamed": {"classes": len(others), "rows": sum(each.rows for each in others)},
    }


def answers_of(row: ImportedFile, settings: Mapping[str, Any]) -> dict[str, str]:
    """What was answered of the classes of a test set that its policy does not have, without rows that are left out."""
    answered = settings.get("unknown", {})
    keys = [each["key"] for each in row.report.get("unknown", ())]
    if isinstance(answered, str):  # one answer for all of them, as imports of 0.1.0 keep it
        answered = dict.fromkeys(keys, answered)
    return {key: answered[key] for key in keys if answered.get(key) in _ADDED}


def classes_to_add(row: ImportedFile, policy: ImportedFile | None) -> list[dict[str, str]]:
    """The classes that this test set adds to its policy, with what the policy's text says of them."""
    unsure = {each["key"]: each for each in policy.report.get("unsure_classes", ())} if policy else {}
    return [
        {**unsure.get(key, {"key": key, "title": key}), "outcome": answer}
        for key, answer in answers_of(row, row.settings).items()
    ]


def rows_that_come_in(row: ImportedFile, settings: Mapping[str, Any]) -> int:
    """How many rows of a test set come in by what was answered."""
    added = answers_of(row, settings)
    unknown = sum(each["rows"] for each in row.report.get("unknown", ()) if each["key"] in added)
    return int(row.report.get("rows", 0)) + unknown


def possible_answers(row: ImportedFile, sent: Mapping[str, str], policy: ImportedFile) -> dict[str, str]:
    """Of what was answered, that which a policy can take: what names a class, and no more classes than it may have."""
    room = MOST_CLASSES - len(classes_of(policy))
    wanted = {
        key: answer
        for key, answer in {**answers_of(row, row.settings), **sent}.items()
        if answer in _ADDED and is_class_key(key)
    }
    return dict(list(wanted.items())[: max(room, 0)])


def plan_replacement(actor: Actor, planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """Say of a test set which one of its policy's practice it would replace."""
    if ImportChoice.TEST_SET in planned.choices:
        policy = next(each for each in policies if each.position == planned.settings["of"])
        facts = policy.report | {"classes": classes_of(policy)}
        planned.report["replaces"] = replaced_by(actor, planned.raw, planned.name, facts)


def replaced_by(actor: Actor, raw: bytes, name: str, policy: Mapping[str, Any]) -> dict[str, Any] | None:
    """The test set in whose place this one would come, if its policy becomes a new version; None without one.

    `is_same`: it has just these rows, and so it stays. `policy` is the report on the policy.
    """
    practice = own_practice(actor, policy.get("practice", ""))
    row = working_test_set(practice) if practice is not None else None
    if practice is None or row is None:
        return None
    hidden = texts_held_back(practice)
    if hidden:
        hidden -= texts_given(practice)
    rows = given_digest(raw, name, policy["classes"], hidden)
    return {
        "title": row.title,
        "rows": row.facts.get("rows", 0),
        "held": row.facts.get("held", 0),
        "runs": ModelRun.objects.visible_to(actor).filter(attachment=row).count(),
        "is_shared": row.shared_at is not None,
        "is_same": rows == row.sha256,
    }
