"""What the files of an upload are to each other: policies, and the test sets, scores, prompts, signals of each."""

import hashlib
from collections.abc import Container, Iterable, Sequence
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.files import refuse_upload
from portal.kernel.text import split_separator_line
from practices.enums import SIGNAL_KINDS, AttachmentKind, ImportChoice
from practices.fields import FIELDS_BY_KEY
from practices.files.archives import PICTURE_EXTENSIONS, ImportEntry, is_part_of_pack, is_text
from practices.files.licences import is_licence_name, is_notice_name, licence_of
from practices.packs.bundles import MANIFEST, RUNS
from practices.packs.faults import FileRefused
from practices.packs.folder_texts import SignalsInText, signals_in
from practices.packs.listings import ListedFile, as_line, listed_in_packs, names_in_list
from practices.packs.material import is_binary
from practices.packs.score_tables import is_score_table, read_score_table
from practices.packs.signals import read_signals
from practices.packs.test_sets import is_labelled_table
from practices.services.import_attachments import check_attachment
from practices.services.import_likeness import LikenessFinder
from practices.services.import_limits import settle_choices
from practices.services.import_policies import is_policy, is_prompt, plan_policy
from practices.services.import_presence import leave_out_what_is_there
from practices.services.import_proposals import PlannedFile, nothing_in_it
from practices.services.import_reports import part_report
from practices.services.import_targets import best_policy, covered_policies, near_policies
from practices.services.import_test_sets import plan_replacement, plan_test_set
from practices.services.import_translations import plan_translations

_DOCUMENTS = (".pdf", ".xlsx")
_TEXTS = (".txt", ".json", ".yml", ".yaml", "")
_SCORES = (".csv", ".json")


def plan_files(actor: Actor, entries: Iterable[ImportEntry]) -> list[PlannedFile]:
    """Each file with its report: policies first, since the others are read by what their policy says."""
    every = [PlannedFile(entry, position) for position, entry in enumerate(entries, start=1)]
    keys: set[str] = set()
    finder = LikenessFinder(actor)
    in_packs = listed_in_packs({each.name: each.raw for each in every})
    for planned in every:
        if planned.name not in in_packs and is_policy(planned.entry):
            plan_policy(actor, planned, keys, finder)
            planned.is_policy = True
    plan_translations(actor, [planned for planned in every if planned.is_policy])
    plan = _PartsPlan(every)
    for planned in every:
        if planned.report.get("no_policy"):
            plan.offer_as_attachment(planned)
        elif not planned.report:
            plan.plan_part(planned, in_packs.get(planned.name))
            plan_replacement(actor, planned, plan.policies)
    leave_out_what_is_there(actor, every)
    for planned in every:
        planned.report["choices"] = list(planned.choices)
        planned.report["size"] = len(planned.raw)
    settle_choices(every)
    return every


class _PartsPlan:
    """The files that belong to the policies of one upload."""

    def __init__(self, every: Sequence[PlannedFile]) -> None:
        self.policies = [each for each in every if each.is_policy]
        self._names = {each.name for each in every}
        self._by_position = {each.position: each for each in self.policies}
        self._answer_folders = {
            str(PurePosixPath(each.folder) / "runs") for each in every if _lists_runs(each)
        }
        self._licence_folders = {each.folder for each in every if is_licence_name(each.short_name)}

    def _of_originals(self, policies: Iterable[PlannedFile]) -> list[PlannedFile]:
        """These policies, in the place of each translation what it translates: what stands beside it belongs there."""
        originals: dict[int, PlannedFile] = {}
        for policy in policies:
            position = (
                policy.settings.get("translates") if policy.choice == ImportChoice.TRANSLATION else None
            )
            original = self._by_position.get(position or 0, policy)
            originals[original.position] = original
        return list(originals.values())

    def offer_as_attachment(self, planned: PlannedFile) -> None:
        """A README that is no policy can be kept beside the one that it is about."""
        try:
            policy = best_policy(planned, self._of_originals(near_policies(planned, self.policies)))
            if policy is not None:
                check_attachment(planned, policy)
        except DomainError:
            return
        if policy is not None:
            planned.settings |= {"of": policy.position}
            planned.offer(ImportChoice.ATTACHMENT)

    def plan_part(self, planned: PlannedFile, listed: ListedFile | None) -> None:
        """`listed`: what the pack says of the file in which it was exported."""
        try:
            refuse_upload(planned.sha256)
            self._plan(planned, listed)
        except FileRefused as refusal:
            planned.refuse(*((fault.line, fault.message) for fault in refusal.faults))
        except DomainError as refusal:
            planned.refuse((0, str(refusal)))

    def _plan(self, planned: PlannedFile, listed: ListedFile | None) -> None:
        is_answers = planned.folder in self._answer_folders and planned.suffix == ".csv"
        if planned.short_name == MANIFEST or (is_answers and not is_binary(planned.raw)):
            planned.leave_out(_("It is a part of the pack and made anew from the others."))
            planned.is_needed = is_answers  # which are read with the list of runs
            if planned.short_name == MANIFEST and (fault := _fault_of_list(planned, self._names)):
                planned.report["pack_fault"] = fault
                planned.note(fault)
        elif listed is None and is_licence_name(planned.short_name):
            covered = covered_policies(planned, self.policies, self._licence_folders)
            _plan_licence(planned, self._of_originals(covered))
        else:
            beside = near_policies(planned, self.policies)
            near = self._of_originals(beside)
            if listed is None or not near or listed.kind == AttachmentKind.TEST_SET:
                _plan_by_name(planned, near)
            else:
                _plan_listed(planned, near[0], listed)
            if listed is not None and ImportChoice.TEST_SET in planned.choices:
                origin = {
                    "title": listed.title,
                    "labelled_by": listed.labelled_by,
                    "made_from": listed.made_from,
                }
                planned.settings |= origin
            if "of" in planned.settings:
                positions = [each.position for each in (*near, *beside)]
                planned.report["policies"] = list(dict.fromkeys(positions))


def _fault_of_list(planned: PlannedFile, names: Container[str]) -> str:
    """Why the list of a pack is no word that the pack is whole; empty where each file that it names is there."""
    listed = names_in_list(planned.raw)
    if listed is None:
        return _(
            "This list of a pack’s files cannot be read: nobody can tell from it what each file was, "
            "and whether one is missing."
        )
    folder = PurePosixPath(planned.name).parent
    missing = as_line([name for name in listed if is_part_of_pack(name) and str(folder / name) not in names])
    text = _(
        "This list of a pack’s files names some that are not in this import under those names: %(names)s."
    )
    return text % {"names": missing} if missing else ""


def _lists_runs(planned: PlannedFile) -> bool:
    return planned.short_name == RUNS and b'"runs"' in planned.raw


def _plan_by_name(planned: PlannedFile, near: Sequence[PlannedFile]) -> None:
    """By its name, and of a table by its first line."""
    suffix, raw = planned.suffix, planned.raw
    policy = best_policy(planned, near)
    if suffix in PICTURE_EXTENSIONS:
        raise DomainError(_("No pictures: a test set describes the material and never holds it. Not kept."))
    if suffix not in _DOCUMENTS and is_binary(raw):
        raise DomainError(
            _("This is no text, whatever its name says. Never upload the material itself. Not kept.")
        )
    if _lists_runs(planned):
        _plan_runs(planned, policy)
    elif is_prompt(planned.entry):
        _plan_prompt(planned, policy)
    elif suffix in (".jsonl", ".ndjson") or (suffix == ".csv" and is_labelled_table(_first_line(raw))):
        plan_test_set(planned, near)
        if ImportChoice.ATTACHMENT in planned.choices:
            _check_or_do_not_offer(planned, near)
    elif suffix in _SCORES and is_score_table(raw, suffix):
        _plan_scores(planned, policy)
    else:
        _plan_other(planned, policy)


def _check_or_do_not_offer(planned: PlannedFile, near: Sequence[PlannedFile]) -> None:
    policy = next(each for each in near if each.position == planned.settings["of"])
    try:
        check_attachment(planned, policy)
    except DomainError:  # too large for a file beside a practice, as test sets may be
        planned.choices = tuple(choice for choice in planned.choices if choice != ImportChoice.ATTACHMENT)


def _plan_other(planned: PlannedFile, policy: PlannedFile | None) -> None:
    """A document, or a text that may be a list or rules."""
    is_read = planned.suffix in (*_DOCUMENTS, *_TEXTS, ".csv") or is_notice_name(planned.short_name)
    if not is_read:
        planned.leave_out(nothing_in_it())
    elif policy is None:
        planned.leave_out(_("No policy stands beside this file."))
    else:
        _plan_attachment(planned, policy)
        if planned.suffix not in _DOCUMENTS:
            _offer_signals(planned, signals_in(planned.raw, planned.name))
            _note_stored(planned, policy)


def _plan_attachment(planned: PlannedFile, policy: PlannedFile) -> None:
    planned.report = part_report("attachment", planned.short_name)
    planned.settings = {"of": policy.position}
    planned.propose(ImportChoice.ATTACHMENT)
    check_attachment(planned, policy)


def _plan_listed(planned: PlannedFile, policy: PlannedFile, listed: ListedFile) -> None:
    """A file or signals of an exported pack: with the title that it had, lists with their algorithm."""
    title = listed.title or planned.short_name
    if listed.kind in SIGNAL_KINDS:
        planned.report = part_report(ImportChoice.SIGNALS, title, kind=listed.kind.value)
        planned.settings = {"of": policy.position, "kind": listed.kind.value, "algorithm": listed.algorithm}
        planned.propose(ImportChoice.SIGNALS)
        read_signals(listed.kind, planned.raw, listed.algorithm)  # what it would refuse, is refused now
        _note_stored(planned, policy)
    else:
        _plan_attachment(planned, policy)
        planned.report |= {"title": title, "kind": listed.kind.value}
    planned.settings |= {"title": title}


def _plan_prompt(planned: PlannedFile, policy: PlannedFile | None) -> None:
    """The prompt of its policy, or a file of it; one that bears a label is made anew from the policy of its pack."""
    text = planned.raw.decode("utf-8", "replace").strip()
    if policy is None or not text:
        planned.leave_out(nothing_in_it() if policy else _("No policy stands beside this file."))
        return
    if text.startswith("# TLP:"):
        planned.leave_out(_("It is a part of the pack and made anew from the others."))
        return
    _plan_attachment(planned, policy)
    if len(text) > FIELDS_BY_KEY["prompt"].limit:
        planned.note(_("A prompt has at most %(most)d characters.") % {"most": FIELDS_BY_KEY["prompt"].limit})
        return
    planned.report |= {"becomes": "prompt", "role": "prompt"}
    planned.propose(ImportChoice.PROMPT, ImportChoice.ATTACHMENT)


def _offer_signals(planned: PlannedFile, signals: SignalsInText) -> None:
    """Take it for the signals that it clearly is; where there are several algorithms, that is asked first."""
    kinds = list(signals.kinds)
    if not kinds:
        return
    planned.report |= {"role": "signals", "kinds": kinds, "kind": kinds[0].partition(":")[0]}
    planned.choices = (ImportChoice.SIGNALS, *planned.choices)
    if len(kinds) == 1:
        planned.settings |= signals_settings(kinds[0])
    if signals.is_whole:
        planned.choice = ImportChoice.SIGNALS if len(kinds) == 1 else ImportChoice.LEAVE_OUT


def _note_stored(planned: PlannedFile, policy: PlannedFile) -> None:
    """The digest under which signals are stored, where the practice may have them already."""
    kind, algorithm = planned.settings.get("kind"), planned.settings.get("algorithm", "")
    if kind and policy.report.get("attached"):
        content = read_signals(kind, planned.raw, algorithm).content
        planned.report["stored"] = hashlib.sha256(content).hexdigest()


def signals_settings(kind: str) -> dict[str, str]:
    """What is said of signals by `kind`, such as `hash_list:md5`."""
    name, _colon, algorithm = kind.partition(":")
    return {"kind": name, "algorithm": algorithm}


def _plan_licence(planned: PlannedFile, covered: Sequence[PlannedFile]) -> None:
    """Its name goes into the policies of its folder; its text can be kept, and is where nobody knows the licence."""
    licence = licence_of(planned.raw.decode("utf-8", "replace"))
    planned.report = part_report("licence", licence or planned.short_name, licence=licence)
    if not covered:
        planned.note(_("No policy stands beside this file."))
        return
    planned.settings = {"of": covered[0].position, "also_of": [each.position for each in covered[1:]]}
    if not is_text(planned.raw):  # of a licence that is known, its name is all that is taken
        planned.note(_("This is not UTF-8. Save the file in UTF-8 encoding."))
    elif planned.raw.strip():
        check_attachment(planned, *covered)
        planned.propose(ImportChoice.ATTACHMENT)
    if licence and not all("licence" in each.report["stated"] for each in covered):
        planned.choice = ImportChoice.LICENCE
        planned.choices = (ImportChoice.LICENCE, *planned.choices)
    elif licence:
        planned.note(_("Its policy states a licence itself."))


def _plan_scores(planned: PlannedFile, policy: PlannedFile | None) -> None:
    rows = read_score_table(planned.raw, planned.name)
    unsigned = sum(not (row.get("by") or row.get("on")) for row in rows)
    planned.report = part_report("scores", planned.short_name, rows=len(rows), unsigned=unsigned)
    if policy is not None and rows:
        planned.settings = {"of": policy.position}
        planned.propose(ImportChoice.SCORES)


def _plan_runs(planned: PlannedFile, policy: PlannedFile | None) -> None:
    planned.report = part_report("runs", planned.short_name)
    if policy is not None:
        planned.settings = {"of": policy.position}
        planned.propose(ImportChoice.RUNS)


def _first_line(raw: bytes) -> str:
    text = raw[:4000].decode("utf-8", "replace").removeprefix("\ufeff")
    return split_separator_line(text)[1].partition("\n")[0].strip()
