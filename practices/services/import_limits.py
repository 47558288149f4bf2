"""What the files of an import can become together; what does not fit says so before anything comes in.

Nothing without its policy; of a policy one test set and one prompt, one translation into a language, no more scores and
files than a practice takes.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.enums import NOT_IMPORTED, AttachmentKind, ImportChoice
from practices.fields import FIELDS_BY_KEY
from practices.models import ImportedFile
from practices.packs.signals import MAX_RULES_SIZE
from practices.queries.taxonomy import language_name
from practices.services.attachments import MAX_ATTACHMENTS
from practices.services.import_proposals import PlannedFile
from practices.services.import_translations import language_of, same_language_text

Row = PlannedFile | ImportedFile
Hints = defaultdict[int, list[str]]
ChosenState = tuple[int, int, str]
Before = Container[ChosenState]  # as `chosen_state` gives each row, before this choice

POLICY_CHOICES = (ImportChoice.PRACTICE, ImportChoice.VERSION)
# what can be added to a practice that is there, while its policy stays as it is
_ADDED_ALONE = (
    ImportChoice.TEST_SET, ImportChoice.ATTACHMENT, ImportChoice.SIGNALS, ImportChoice.RUNS, ImportChoice.TRANSLATION,
)  # fmt: skip
_FILES = (ImportChoice.TEST_SET, ImportChoice.ATTACHMENT, ImportChoice.SIGNALS)
_ROOM_FOR_NAMES = 64 * 1024  # of the names that stand over joined rules


def settle_choices(
    rows: Sequence[PlannedFile] | Sequence[ImportedFile],
    before: Before = (),
    hints: Mapping[int, Sequence[str]] | None = None,
) -> None:
    """Change what cannot be, and say why in the `hints` of each report; those given are kept.

    Of two that exclude each other the one that was chosen now is taken, not the one of `before`.
    """
    reasons: Hints = defaultdict(list, {position: list(given) for position, given in (hints or {}).items()})
    policies = {row.position: row for row in rows}
    _one_version_each(rows, before, reasons)
    _fitting_translations(rows, policies, reasons)
    parts = [row for row in rows if _is_part(row)]
    for row in parts:
        _follow_policy(row, policies, reasons)
    _one_translation_each(rows, policies, before, reasons)
    for row in parts:
        if row.choice == ImportChoice.PROMPT and "prompt" in policies[row.settings["of"]].report.get(
            "stated", ()
        ):
            _turn_down(row, _("Its policy states a prompt itself."), reasons)
    _one_each(parts, before, ImportChoice.TEST_SET, reasons)
    _one_each(parts, before, ImportChoice.PROMPT, reasons)
    _as_many_scores(parts, policies, before, reasons)
    for position, policy in policies.items():
        _as_many_files([row for row in parts if position in positions_of(row)], policy, before, reasons)
    for row in rows:
        if _is_unchanged(row):
            reasons[row.position].append(_("Nothing in it differs from your practice."))
        elif row.choice == ImportChoice.LEAVE_OUT and row.report.get("is_there"):
            reasons[row.position].append(_("Your practice has this already."))
        if row.report.get("hints", []) != reasons[row.position]:
            row.report = {**row.report, "hints": reasons[row.position]}


def chosen_state(row: Row) -> ChosenState:
    """A row, the policy to which it belongs and what it is to become."""
    return row.position, (positions_of(row) or [0])[0], row.choice


def positions_of(row: Row) -> list[int]:
    """The positions of the policies to which a file belongs: of a licence all that it covers, else what it translates.

    None of a translation of a practice that is there.
    """
    if _is_translation(row):
        return [row.settings["translates"]] if row.settings.get("translates") else []
    of = row.settings.get("of")
    return [] if of is None else [of, *row.settings.get("also_of", ())]


def _is_translation(row: Row) -> bool:
    """Whether it is to be one, also where it stays out for now since what it translates does."""
    left_out = row.choice == ImportChoice.LEAVE_OUT and row.settings.get("stays_out")
    return ImportChoice.TRANSLATION in (row.choice, left_out)


def _is_part(row: Row) -> bool:
    """A README that is attached is one, too, and so is a translation."""
    is_part = row.report.get("role") != "practice" or row.choice == ImportChoice.ATTACHMENT
    return bool(positions_of(row)) and (is_part or _is_translation(row))


def _turn_down(row: Row, message: str, reasons: Hints) -> None:
    """Keep it as a file where that can be, else leave it out."""
    possible = row.report.get("choices", ())
    is_kept = row.choice != ImportChoice.ATTACHMENT and ImportChoice.ATTACHMENT in possible
    is_kept &= row.choice in (ImportChoice.PROMPT, ImportChoice.SCORES)
    row.choice = ImportChoice.ATTACHMENT if is_kept else ImportChoice.LEAVE_OUT
    reasons[row.position].append(message)


def _is_new(row: Row, before: Before) -> bool:
    return chosen_state(row) not in before


# --- Policies --------------------------------------------------------------------------------


def _one_version_each(rows: Iterable[Row], before: Before, reasons: Hints) -> None:
    """Of two files that would be the next version of one practice one is left out."""
    taken: dict[str, Row] = {}
    versions = [row for row in rows if row.choice == ImportChoice.VERSION]
    for row in sorted(versions, key=lambda row: not _is_new(row, before)):
        first = taken.setdefault(row.report["practice"], row)
        if first is not row:
            row.choice = ImportChoice.LEAVE_OUT
            message = _("“%(name)s” is already the next version of this practice.")
            reasons[row.position].append(message % {"name": _short_name(first)})


def _follow_policy(row: Row, policies: Mapping[int, Row], reasons: Hints) -> None:
    """Leave out what belongs to policies that stay out; it comes back with them.

    To an own practice, whose policy stays as it is, it may be added by choice; without one where nothing differs in the
    policy, which stays out for that alone.
    """
    own_policies = [policies[position] for position in positions_of(row) if position in policies]
    if own_policies and _is_unchanged(own_policies[0]) and row.choice in (*_ADDED_ALONE, *NOT_IMPORTED):
        return
    settings = dict(row.settings)
    if any(policy.choice in POLICY_CHOICES for policy in own_policies):
        choice = settings.pop("stays_out", None)
        if choice and row.choice == ImportChoice.LEAVE_OUT:
            row.choice = choice
    else:
        may_be_added = bool(own_policies and own_policies[0].report.get("practice"))
        is_chosen = "stays_out" in settings and may_be_added and row.choice in _ADDED_ALONE
        if row.choice not in NOT_IMPORTED and not is_chosen:
            settings["stays_out"], row.choice = str(row.choice), ImportChoice.LEAVE_OUT
        if settings != row.settings:
            row.settings = settings
        if "stays_out" in settings and row.choice == ImportChoice.LEAVE_OUT:
            reasons[row.position].append(_stays_out_text(row, may_be_added=may_be_added))
    if settings != row.settings:
        row.settings = settings


def _is_unchanged(row: Row) -> bool:
    """Whether it stays out since nothing in it differs from an own practice."""
    return row.choice == ImportChoice.LEAVE_OUT and bool(row.report.get("is_unchanged"))


def _stays_out_text(row: Row, *, may_be_added: bool) -> str:
    if _is_translation(row):
        if may_be_added:
            return _("What it translates stays out. You can still add it to the practice that you have.")
        return _("What it translates stays out, and so does this.")
    if may_be_added and any(choice in _ADDED_ALONE for choice in row.report.get("choices", ())):
        return _("Its policy stays out. You can still add this to the practice that you have.")
    return _("Its policy stays out, and so does this.")


# --- Translations ----------------------------------------------------------------------------


def _fitting_translations(rows: Iterable[Row], policies: Mapping[int, Row], reasons: Hints) -> None:
    """Leave out what translates nothing that is there, itself, its own language, or another translation."""
    for row in rows:
        if row.choice == ImportChoice.TRANSLATION and (reason := _misfit(row, policies)):
            row.choice = ImportChoice.LEAVE_OUT
            reasons[row.position].append(reason)


def _misfit(row: Row, policies: Mapping[int, Row]) -> str:
    """Why it can be no translation of that; empty where it can."""
    if row.settings.get("translates_practice"):
        return ""  # looked at when it was chosen
    original = policies.get(row.settings.get("translates", 0))
    if original is None or original is row:
        return _("Say what it translates: a file of this import, or the address of a practice.")
    if language_of(original.report) == language_of(row.report):
        return same_language_text(language_of(row.report))
    if _is_translation(original):
        return _("“%(name)s” is a translation itself.") % {"name": _short_name(original)}
    return ""


def _one_translation_each(
    rows: Iterable[Row], policies: Mapping[int, Row], before: Before, reasons: Hints
) -> None:
    """Of two translations of one practice into one language one is left out, and says so as long as it is."""
    possible = [row for row in rows if _may_translate(row, policies)]
    keys = {row.position: (_practice_of(row, policies), language_of(row.report)) for row in possible}
    taken: dict[tuple[str, str], Row] = {}
    chosen = [row for row in possible if row.choice == ImportChoice.TRANSLATION]
    for row in sorted(chosen, key=lambda row: not _is_new(row, before)):
        if taken.setdefault(keys[row.position], row) is not row:
            row.choice = ImportChoice.LEAVE_OUT
    for row in possible:
        first = taken.get(keys[row.position], row)
        if first is not row:
            reasons[row.position].append(_same_translation_text(first, row, policies))


def _may_translate(row: Row, policies: Mapping[int, Row]) -> bool:
    """Whether it is to be a translation, or was left out and can be one of what it names."""
    if row.choice != ImportChoice.LEAVE_OUT or "stays_out" in row.settings:
        return row.choice == ImportChoice.TRANSLATION
    return ImportChoice.TRANSLATION in row.report.get("choices", ()) and not _misfit(row, policies)


def _same_translation_text(first: Row, row: Row, policies: Mapping[int, Row]) -> str:
    """Both by their names, with folders where they are called the same; what they translate as the page has it."""
    names = (_short_name(first), _short_name(row))
    if names[0] == names[1]:
        names = (first.name, row.name)
    if row.settings.get("translates_practice"):
        original = str(row.report.get("original_title", ""))
    else:
        original = _short_name(policies[row.settings["translates"]])
    message = _(
        "“%(first)s” and “%(name)s” translate the same practice, “%(original)s”, into the same language: "
        "%(language)s. “%(first)s” comes in. Choose “Translation” for “%(name)s” to have that one instead."
    )
    values = {"first": names[0], "name": names[1], "original": original}
    return message % {**values, "language": language_name(language_of(row.report))}


def _practice_of(row: Row, policies: Mapping[int, Row]) -> str:
    """What a translation is of: an own practice by its key, else the file that becomes one."""
    if key := row.settings.get("translates_practice"):
        return str(key)
    original = policies[row.settings["translates"]]
    is_new = original.choice == ImportChoice.PRACTICE or not original.report.get("practice")
    return str(original.position) if is_new else str(original.report["practice"])


# --- One of each -----------------------------------------------------------------------------


def _one_each(parts: Iterable[Row], before: Before, choice: ImportChoice, reasons: Hints) -> None:
    """A policy takes one test set and one prompt; another prompt is kept as a file."""
    message = (
        _("Its policy already has the test set “%(name)s” from this import.")
        if choice == ImportChoice.TEST_SET
        else _("Its policy already has the prompt “%(name)s” from this import.")
    )
    possible = [
        row
        for row in parts
        if choice in row.report.get("choices", ())
        and (row.choice == choice or "stays_out" not in row.settings)
    ]
    taken: dict[int, Row] = {}
    for row in sorted(possible, key=lambda row: not _is_new(row, before)):
        if row.choice == choice and taken.setdefault(row.settings["of"], row) is not row:
            _turn_down(row, "", Hints(list))
    for row in possible:
        first = taken.get(row.settings["of"], row)
        if first is not row:
            reasons[row.position].append(message % {"name": _short_name(first)})


def _short_name(row: Row) -> str:
    return PurePosixPath(row.name).name[:80]


# --- As many as there may be -----------------------------------------------------------------


def _as_many_scores(
    parts: Iterable[Row], policies: Mapping[int, Row], before: Before, reasons: Hints
) -> None:
    """The tables of a policy are joined, after the scores that it states itself."""
    most = FIELDS_BY_KEY["scores"].limit
    counts = {position: policy.report.get("scores", 0) for position, policy in policies.items()}
    tables = [row for row in parts if row.choice == ImportChoice.SCORES]
    for row in sorted(tables, key=lambda row: _is_new(row, before)):
        counts[row.settings["of"]] += row.report["rows"]
        if counts[row.settings["of"]] > most:
            counts[row.settings["of"]] -= row.report["rows"]
            _turn_down(row, _("A practice has at most %(most)d scores.") % {"most": most}, reasons)


def _as_many_files(parts: Sequence[Row], policy: Row, before: Before, reasons: Hints) -> None:
    """The files of a policy with those that its practice has; rules of a folder become one file where that helps."""
    chosen = [row for row in parts if row.choice in _FILES]
    for row in parts:
        if "joined" in row.settings:
            row.settings = {key: value for key, value in row.settings.items() if key != "joined"}
    room = MAX_ATTACHMENTS - _files_that_stay(policy, chosen)
    if len(chosen) <= room:
        return
    groups = _rules_by_folder(chosen)
    for group in groups:
        for row in group:
            row.settings = {**row.settings, "joined": group[0].position}
            message = ngettext(
                "%(count)d file of rules in this folder comes in as one.",
                "%(count)d files of rules in this folder come in as one.",
                len(group),
            )
            reasons[row.position].append(message % {"count": len(group)})
    followers = {row.position for group in groups for row in group[1:]}
    counted = [row for row in chosen if row.position not in followers]
    for row in sorted(counted, key=lambda row: (_is_new(row, before), row.position))[max(room, 0) :]:
        group = next((group for group in groups if group[0] is row), [row])
        for each in group:
            each.settings = {key: value for key, value in each.settings.items() if key != "joined"}
            each.choice = ImportChoice.LEAVE_OUT
            message = _("A practice has at most %(most)d files. Leave another one out to take this one.")
            reasons[each.position] = [message % {"most": MAX_ATTACHMENTS}]


def _files_that_stay(policy: Row, chosen: Sequence[Row]) -> int:
    """How many files the practice has that none of those chosen is, or replaces."""
    if policy.choice == ImportChoice.PRACTICE:
        return 0
    digests = {row.report.get("stored") or row.sha256 for row in chosen}
    brings_test_set = any(row.choice == ImportChoice.TEST_SET for row in chosen)
    return sum(
        sha256 not in digests and not (brings_test_set and kind == AttachmentKind.TEST_SET)
        for kind, sha256 in policy.report.get("attached", ())
    )


def _rules_by_folder(chosen: Sequence[Row]) -> list[list[Row]]:
    """Rules that can be one file: of one folder, several of them, as many as one file may hold."""
    groups: dict[tuple[str, int], list[Row]] = {}
    sizes: dict[str, int] = defaultdict(int)
    for row in chosen:
        if row.choice == ImportChoice.SIGNALS and row.settings.get("kind") == AttachmentKind.RULES:
            folder = str(PurePosixPath(row.name).parent)
            sizes[folder] += row.report["size"] + 200  # its name stands over it
            groups.setdefault((folder, sizes[folder] // (MAX_RULES_SIZE - _ROOM_FOR_NAMES)), []).append(row)
    return [group for group in groups.values() if len(group) > 1]
