"""The files of a pack: what a reader takes away of a test set, of runs and of files, each with the label."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import ForbiddenForReason
from practices.enums import SIGNAL_KINDS, AttachmentKind, Label
from practices.files import format_markdown
from practices.files.disarm import counters_in
from practices.models import Attachment, ModelRun, Practice, Version
from practices.packs.bundles import POLICY, PROMPT, RUNS, TEST_SET, TRANSLATION, PackFile, build_pack
from practices.packs.prompts import format_prompt, has_prompt
from practices.packs.signal_history import EXCHANGED_HASHES, SIGMA, SignalList, VersionSignals
from practices.packs.signals import sigma_rules
from practices.packs.test_set_rows import labelled_jsonl, stored_rows
from practices.packs.threat_exchange import SharedPractice
from practices.queries import taxonomy
from practices.queries.exports import Export
from practices.queries.packs import listed_test_set, pack_of
from practices.queries.translations import exported_translations
from practices.services.attachments import MAX_ATTACHMENTS
from practices.services.markings import download_refusal
from practices.services.versions import attachment_entry, listed_attachments
from practices.translated_texts import originals_of


def files_of_pack(actor: Actor, practice: Practice, version: Version | None) -> Sequence[Mapping[str, Any]]:
    """The files of the version, or of the working copy while there is none, as a version lists them."""
    if version is not None:
        return list(version.attachments)
    rows = Attachment.objects.visible_to(actor).filter(pk__in=listed_attachments(practice))
    return [attachment_entry(row) for row in rows]


def stored_test_set(actor: Actor, practice: Practice, version: Version | None) -> bytes | None:
    """The test set of the version, or of the working copy while there is none, as it is stored: one row on a line.

    The caller logs the access.
    """
    entry = listed_test_set(files_of_pack(actor, practice, version))
    rows = _rows_of(actor, practice, [entry]) if entry is not None else {}
    return next((files.read(row.file) for row in rows.values()), None)


def _rows_of(actor: Actor, practice: Practice, listed: Iterable[Mapping[str, Any]]) -> dict[str, Attachment]:
    """The listed files that the actor sees, by their keys. One query."""
    keys = [entry["key"] for entry in listed]
    rows = Attachment.objects.visible_to(actor).filter(practice=practice, key__in=keys)
    return {str(row.key): row for row in rows}


def labelled_content(row: Attachment, content: bytes, label: str) -> bytes:
    """The bytes of a file as they are taken away: what the portal has written itself bears the label.

    Raises Forbidden where an object in it is marked wider than the label, which was narrowed since it was shared.
    """
    if reason := download_refusal(row, content):
        raise ForbiddenForReason(_("The file is not handed out: %(reason)s") % {"reason": reason})
    name = Label(label).label
    if row.kind == AttachmentKind.TEST_SET:
        return labelled_jsonl(content, name)
    if row.kind in SIGNAL_KINDS:
        end = b"" if content.endswith(b"\n") else b"\n"
        return f"# {name}\n".encode() + content + end + f"# {name}\n".encode()
    return content


def pack_zip(actor: Actor, export: Export, version: Version | None) -> bytes:
    """The whole pack, as the actor may take it away. The caller logs the access.

    Rows held back are in no file, and no file is in it of which an object is marked wider than the label.
    """
    practice, label = export.practice, Label(export.practice.label).label
    handling = export.handling
    packed = [
        PackFile(
            POLICY,
            format_markdown(export.content, handling).encode(),
            "policy",
            export.content.get("title", ""),
        )
    ]
    if has_prompt(export.content):
        text = format_prompt(export.content, label, export.number, practice.language)
        packed.append(PackFile(PROMPT, text.encode(), "prompt"))
    packed += _translations(actor, export, version)
    listed = files_of_pack(actor, practice, version)
    names: set[str] = set()
    rows = _rows_of(actor, practice, listed)
    # the pack bears the practice's label: what only earlier readers see stays out of it
    all_runs = pack_of(actor, practice, export.content, listed).runs
    runs = [run for run in all_runs if run.earlier_readers is None]
    answers = _answers_of(runs)
    contents = _contents_of([*rows.values(), *answers.values(), *(run.attachment for run in runs)])
    for entry in listed:
        row = rows.get(entry["key"])
        if row is None:
            continue
        row.practice = practice
        if download_refusal(row, contents[row.file]):
            continue
        content = labelled_content(row, contents[row.file], practice.label)
        is_test_set = row.kind == AttachmentKind.TEST_SET
        name = TEST_SET if is_test_set else _unique(f"files/{row.file_name}", names)
        packed.append(PackFile(name, content, row.kind, entry["title"], entry.get("facts", {})))
    packed += _run_files(export, runs, answers, contents)
    return build_pack(packed, label=label, practice=str(practice.key), version=export.number)


def _translations(actor: Actor, export: Export, version: Version | None) -> list[PackFile]:
    """What it says in other languages, one file for each; what is not translated stays in its own language."""
    handling = replace(export.handling, key="", relations=(), translation_of=export.handling.key)
    return [
        PackFile(
            TRANSLATION.format(language=language),
            format_markdown(content, replace(handling, language=language)).encode(),
            "translation",
            content.get("title", ""),
            {"language": language},
        )
        for language, content in exported_translations(actor, export.practice, version)
    ]


def _contents_of(rows: Iterable[Attachment]) -> dict[str, bytes]:
    """The bytes of these files by where they are stored. One query for all of them."""
    return files.read_many({row.file: row.sha256 for row in rows})


def _unique(name: str, names: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, unique = 1, name
    while unique in names:
        number += 1
        unique = f"{stem}-{number}{dot}{ending}"
    names.add(unique)
    return unique


def _answers_of(runs: Sequence[ModelRun]) -> dict[int, Attachment]:
    if not runs:
        return {}
    with acting_as(SYSTEM):  # answers are nobody's to fetch one by one
        return {row.pk: row for row in Attachment.objects.filter(pk__in=[run.answers_id for run in runs])}


def _run_files(
    export: Export,
    runs: Sequence[ModelRun],
    answers: Mapping[int, Attachment],
    contents: Mapping[str, bytes],
) -> list[PackFile]:
    """What is said of each run, and its answers to the rows that are given out, to be counted again."""
    if not runs:
        return []
    label = Label(export.practice.label).label
    described, packed = [], []
    given: dict[int, set[str]] = {}
    for number, run in enumerate(sorted(runs, key=lambda run: run.pk), start=1):
        name = f"runs/{number}.csv"
        if run.attachment_id not in given:
            given[run.attachment_id] = {row["id"] for row in stored_rows(contents[run.attachment.file])}
        described.append(
            {
                "answers": name,
                "kind": run.kind,
                "model": run.name,
                "setting": run.setting,
                "ran_on": run.ran_on.isoformat(),
                "source": _source_of_run(export, run),
                "counts": run.counts,
            }
        )
        lines = contents[answers[run.answers_id].file].decode().split("\n")
        open_lines = [line for line in lines[1:] if line.partition(",")[0] in given[run.attachment_id]]
        text = "\n".join([f"# {label}", lines[0], *open_lines]) + "\n"
        packed.append(PackFile(name, text.encode(), "answers"))
    document = {"label": label, "runs": described, "handling": {"label": label}}
    return [
        PackFile(RUNS, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), "runs"),
        *packed,
    ]


def _source_of_run(export: Export, run: ModelRun) -> str:
    """Whose run it is; empty of a run of the practice's own source, where that is not to be named."""
    is_unnamed = not export.source and run.organisation_id == export.practice.organisation_id
    return "" if is_unnamed else run.source or run.organisation.name


def shared_practice(actor: Actor, export: Export, version: Version | None) -> SharedPractice:
    """What a STIX bundle or a MISP event says of the practice; the caller logs the access."""
    practice, harms, content = export.practice, taxonomy.harms(), export.content
    listed = files_of_pack(actor, practice, version)
    return SharedPractice(
        key=str(practice.key),
        label=practice.label,
        title=content.get("title", ""),
        summary=content.get("summary", ""),
        source=export.source or _("An organisation of the alliance"),
        harms=[str(harms[key].title) if key in harms else key for key in content.get("harms", [])],
        # to the community an opened practice is as old as its opening
        created_at=(practice.opened_version and practice.shared_at) or practice.created_at,
        modified_at=max(export.document_date, practice.labelled_at),
        url=f"{settings.ORIGIN}{reverse('workspace:practice', args=[practice.key])}",
        counters=counters_in(originals_of(content).values()),
        versions=_signals_of_versions(actor, practice, version, listed),
        left_out=[
            entry["title"]
            for entry in listed
            if entry.get("kind") in SIGNAL_KINDS and not exchanged_kind(entry)
        ],
        opening=practice.opened_event,
    )


def _signals_of_versions(
    actor: Actor, practice: Practice, version: Version | None, listed: Sequence[Mapping[str, Any]]
) -> list[VersionSignals]:
    """The hash lists and rules of each version up to this one, since it was opened: what leaves bears its label.

    So nothing that left before an opening is revoked after it: the letter asks earlier readers to delete it.

    Three queries, however many there are; a list is read when it is needed, and the rules of a file once.
    """
    if version is None:
        listings = [(0, practice.created_at, listed)]
    else:
        versions = _versions_since_opening(actor, practice, version)
        listings = [(row.number, row.shared_at, row.attachments) for row in versions]
    keys = [
        (number, shared_at, [entry["key"] for entry in entries if exchanged_kind(entry)])
        for number, shared_at, entries in listings
    ]
    listed_keys = {key for _number, _at, entries in keys for key in entries}
    rows = _rows_of(actor, practice, [{"key": key} for key in listed_keys])
    read = files.reader_of({row.file: row.sha256 for row in rows.values()})
    # each of the files that two versions may have, not those of the whole history: a megabyte each
    read_rules = lru_cache(maxsize=2 * MAX_ATTACHMENTS)(partial(_rules_in, read))
    lists = {key: _signal_list(row, read, read_rules) for key, row in rows.items()}
    return [
        VersionSignals(number, at, [lists[key] for key in entries if key in lists])
        for number, at, entries in keys
    ]


def _signal_list(
    row: Attachment,
    read: Callable[[str], bytes],
    read_rules: Callable[[str, tuple[int, ...] | None], Sequence[str]],
) -> SignalList:
    count = int(row.facts["count"])
    if row.kind == AttachmentKind.RULES:
        not_sigma = tuple(row.facts["not_sigma"]) if "not_sigma" in row.facts else None
        return SignalList(row.title, SIGMA, count, partial(read_rules, row.file, not_sigma))
    return SignalList(row.title, str(row.facts["algorithm"]), count, partial(_hashes_in, read, row.file))


def lists_of_earlier_versions(
    practice: Practice, version: Version, versions: Iterable[Version]
) -> list[Mapping[str, Any]]:
    """The lists and rules that a STIX bundle or a MISP event revokes: each once, and none that this version has.

    Of the `versions` of the practice those since its opening count, up to this one. No query.
    """
    begin = practice.opened_version or 0
    entries = {
        entry["key"]: entry
        for row in versions
        if begin <= row.number <= version.number
        for entry in row.attachments
        if exchanged_kind(entry)
    }
    now = {entry["key"] for entry in version.attachments}
    return [entry for key, entry in entries.items() if key not in now]


def _versions_since_opening(actor: Actor, practice: Practice, version: Version) -> QuerySet[Version]:
    """Up to this one."""
    rows: QuerySet[Version] = Version.objects.visible_to(actor).filter(
        practice=practice, number__gte=practice.opened_version or 0, number__lte=version.number
    )
    return rows.defer("content").order_by("number")


def exchanged_kind(entry: Mapping[str, Any]) -> str:
    """As what a listed file stands in a bundle and an event: its algorithm, or SIGMA; empty where it has no place."""
    if entry.get("kind") == AttachmentKind.RULES:
        return SIGMA
    algorithm = str(entry.get("facts", {}).get("algorithm", ""))
    return algorithm if algorithm in EXCHANGED_HASHES else ""


def _hashes_in(read: Callable[[str], bytes], path: str) -> list[str]:
    return read(path).decode().split()


def _rules_in(read: Callable[[str], bytes], path: str, not_sigma: tuple[int, ...] | None) -> list[str]:
    return sigma_rules(read(path), not_sigma)
