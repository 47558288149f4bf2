"""The pack of a practice as a reader sees it: its test set, its runs, and what the versions had of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.kernel.access import Actor, can
from practices.enums import AttachmentKind, RunKind
from practices.models import Attachment, Draft, ModelRun, Practice, Version
from practices.packs.scoring import Counts, Share, precision, recall
from practices.packs.test_set_rows import classes_digest
from practices.packs.test_sets import FEW_ROWS
from practices.queries.practices import latest_version, working_copy


@dataclass(frozen=True, slots=True)
class RunTarget:
    """What a run is counted against: a test set, the classes of its policy, and the version that has both."""

    practice: Practice
    attachment: Attachment
    classes: list[str]
    version: int


def may_run(actor: Actor, practice: Practice) -> bool:
    """Whether the actor may add a run."""
    return can(actor, "practice.run", practice)


def may_remove_run(actor: Actor, run: ModelRun) -> bool:
    return can(actor, "practice.remove_run", run)


def run_targets(actor: Actor, practice: Practice) -> list[RunTarget]:
    """What the actor may test a model on: the test set of the latest version, and for its source the working copy's."""
    targets = []
    rows = {str(row.key): row for row in _test_sets(actor, practice)}
    version = latest_version(actor, practice)
    listed = listed_test_set(version.attachments if version else ())
    if version is not None and listed is not None and listed["key"] in rows:
        targets.append(RunTarget(practice, rows[listed["key"]], class_keys(version.content), version.number))
    draft = working_copy(actor, practice)
    working = next((row for row in rows.values() if row.removed_at is None), None)
    if (
        draft is not None
        and working is not None
        and working.pk not in {each.attachment.pk for each in targets}
    ):
        number = version.number if version else 0
        targets.append(RunTarget(practice, working, class_keys(draft.content), number))
    return targets


def has_run_targets(actor: Actor, practice: Practice, version: Version | None, draft: Draft | None) -> bool:
    """Whether `run_targets` gives any, by the latest version and the working copy that the caller has read.

    One query at most: a reader of the version reads its files.
    """
    if version is not None and listed_test_set(version.attachments) is not None:
        return True
    return draft is not None and _test_sets(actor, practice).filter(removed_at__isnull=True).exists()


def _test_sets(actor: Actor, practice: Practice) -> Any:
    rows: Any = Attachment.objects.visible_to(actor)
    return rows.filter(practice=practice, kind=AttachmentKind.TEST_SET)


def class_keys(content: Mapping[str, Any]) -> list[str]:
    return [row["key"] for row in content.get("classes", [])]


def listed_test_set(listed: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The test set among the files that a version lists."""
    return next((file for file in listed if file.get("kind") == AttachmentKind.TEST_SET), None)


@dataclass(frozen=True, slots=True)
class ClassSize:
    """How many rows of a test set bear a class, by language."""

    key: str
    rows: int
    languages: Sequence[tuple[str, int]]
    is_small: bool  # its scores are uncertain


@dataclass(frozen=True, slots=True)
class ClassScore:
    """What a run reached in one class."""

    run: ModelRun
    precision: Share
    recall: Share
    precision_held_back: Share | None
    recall_held_back: Share | None

    @property
    def is_baseline(self) -> bool:
        """Whether it is what a model is compared with."""
        return self.run.kind != RunKind.MODEL


@dataclass(frozen=True, slots=True)
class Pack:
    """What of a practice can be run, as one reader sees it. `is_in_step`: the test set was made for these classes."""

    test_set: Mapping[str, Any] | None
    sizes: Sequence[ClassSize]
    is_in_step: bool
    runs: Sequence[ModelRun]
    earlier_runs: Sequence[ModelRun]  # on a test set that is not this one

    @property
    def is_runnable(self) -> bool:
        return self.test_set is not None or bool(self.runs)

    @property
    def row_count(self) -> int:
        """How many rows of the test set are given out."""
        return int(self.test_set["facts"]["rows"]) if self.test_set is not None else 0


def pack_of(
    actor: Actor, practice: Practice, content: Mapping[str, Any], listed: Iterable[Mapping[str, Any]]
) -> Pack:
    """The pack that a version, or the working copy, makes of the content and the files that it lists.

    One query; none where there is nothing to run.
    """
    entry = listed_test_set(listed)
    rows: Any = ModelRun.objects.visible_to(actor).filter(practice=practice)
    is_policy = entry is not None or bool(content.get("classes"))
    runs = list(rows.select_related("organisation", "person", "attachment")) if is_policy else []
    for run in runs:
        run.practice = practice
    current = [run for run in runs if entry is not None and str(run.attachment.key) == entry["key"]]
    return Pack(
        test_set=entry,
        sizes=_sizes(content, entry),
        is_in_step=entry is not None and entry["facts"].get("policy") == classes_digest(content),
        runs=current,
        earlier_runs=[run for run in runs if run not in current],
    )


def _sizes(content: Mapping[str, Any], entry: Mapping[str, Any] | None) -> list[ClassSize]:
    if entry is None:
        return []
    counts: Mapping[str, Mapping[str, int]] = entry["facts"].get("classes", {})
    keys = [*class_keys(content), *(key for key in counts if key not in class_keys(content))]
    return [
        ClassSize(key, rows, sorted(counts.get(key, {}).items(), key=lambda pair: -pair[1]), rows < FEW_ROWS)
        for key in keys
        if (rows := sum(counts.get(key, {}).values())) or key in class_keys(content)
    ]


def scores_of(runs: Iterable[ModelRun], class_key: str) -> list[ClassScore]:
    """What the runs reached in the class, the highest precision first; baselines after the models."""
    scores = [
        ClassScore(
            run,
            *_shares(run.counts[class_key]),
            *(
                _shares(run.counts_held_back[class_key])
                if class_key in run.counts_held_back
                else (None, None)
            ),
        )
        for run in runs
        if class_key in run.counts
    ]
    return sorted(scores, key=lambda score: (score.is_baseline, -(score.precision.value or 0.0)))


def _shares(counts: Counts) -> tuple[Share, Share]:
    return precision(counts), recall(counts)


@dataclass(frozen=True, slots=True)
class PackVersion:
    """A version with what its pack had: whether the classes changed, its test set, how many runs were added to it."""

    number: int
    shared_at: Any
    policy_changed: bool
    test_set_rows: int
    test_set_of: int  # the version that brought it
    runs: int


def pack_versions(actor: Actor, practice: Practice, runs: Iterable[ModelRun]) -> list[PackVersion]:
    """The versions that have classes or a test set, the latest first. One query."""
    versions: list[Version] = list(
        Version.objects.visible_to(actor).filter(practice=practice).order_by("number")
    )
    counted = list(runs)
    rows, first_seen, before = [], dict[str, int](), ""
    for version in versions:
        entry, digest = listed_test_set(version.attachments), classes_digest(version.content)
        if entry is not None:
            first_seen.setdefault(entry["key"], version.number)
        facts = entry["facts"] if entry is not None else {}
        rows.append(
            PackVersion(
                version.number,
                version.shared_at,
                digest != before,
                facts.get("rows", 0) + facts.get("held", 0),
                first_seen[entry["key"]] if entry is not None else 0,
                sum(run.version == version.number for run in counted),
            )
        )
        before = digest
    return rows[::-1]
