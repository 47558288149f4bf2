"""What the person of an import chooses before anything comes in: what each file becomes, fields for many at once."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from practices.content import clean_content
from practices.enums import ImportChoice, UnknownClassAnswer
from practices.models import ImportedFile, PracticeImport
from practices.packs.test_sets import summarise_test_set
from practices.services.import_roles import facts_for_policy, leave_one_each, replaced_by, signals_settings
from practices.services.keys import refuse_unknown_keys

BULK_FIELDS = ("kind", "harms", "stage", "permitted_use")


@transaction.atomic
def choose_files(
    actor: Actor,
    prepared: PracticeImport,
    choices: Mapping[int, str],
    answers: Mapping[int, Mapping[str, Any]],
) -> None:
    """Keep what each file is to become, and what was answered to its questions; both by position.

    A test set that is for another policy is read again, by the classes of that one. A prompt or test set that is chosen
    takes the place of the one that its policy has from this import. Raises WrongState once it was confirmed or
    discarded; a choice that a file does not have changes nothing.
    """
    rows = _open_rows(actor, prepared)
    policies = {row.position: row for row in rows}
    before = {row.position: (row.choice, row.settings, row.report) for row in rows}
    taken = {
        (row.position, row.settings["of"])
        for row in rows
        if row.choice in (ImportChoice.PROMPT, ImportChoice.TEST_SET)
    }
    for row in rows:
        choice = choices.get(row.position, row.choice)
        if choice in row.report.get("choices", ()):
            row.choice = choice
        settings = {**row.settings, **_known_answers(row, answers.get(row.position, {}))}
        if row.report.get("kinds"):
            _choose_signals(row, settings)
        if settings.get("of") != row.settings.get("of"):
            raw, policy = files.read(row.file, row.sha256), policies[settings["of"]].report
            facts = facts_for_policy(summarise_test_set(raw, row.name), policy["classes"])
            row.report = {**row.report, **facts, "replaces": replaced_by(actor, raw, row.name, policy)}
        row.settings = settings
    leave_one_each(rows, taken)
    for row in rows:
        if (row.choice, row.settings, row.report) != before[row.position]:
            row.save(update_fields=["choice", "settings", "report"])


def _choose_signals(row: ImportedFile, settings: Mapping[str, Any]) -> None:
    """Whoever says of which algorithm hashes are wants them; whoever wants them has to say it."""
    if settings.get("kind") and not row.settings.get("kind") and row.choice == ImportChoice.LEAVE_OUT:
        row.choice = ImportChoice.SIGNALS
    notes = []
    if row.choice == ImportChoice.SIGNALS and not settings.get("kind"):
        row.choice = ImportChoice.LEAVE_OUT
        message = _("Say by which algorithm the hashes were made.")
        notes = [{"line": 0, "field": "", "message": message}]
    row.report = {**row.report, "notes": notes}


def _known_answers(row: ImportedFile, answers: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if answers.get("unknown") in UnknownClassAnswer.values:
        known["unknown"] = answers["unknown"]
    if answers.get("as") in row.report.get("kinds", ()):
        known |= signals_settings(answers["as"])
    for position in row.report.get("policies", ()):
        if str(position) == answers.get("of"):
            known["of"] = position
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
        if row.position not in positions or row.report.get("role") != "practice":
            continue
        before = row.settings.get("content", {})
        new = {key: value for key, value in content.items() if key not in row.report.get("stated", ())}
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
