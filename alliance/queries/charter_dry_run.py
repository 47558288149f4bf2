"""What loading a charter file would do: its faults, or what it would make and how it differs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alliance.charter_file import CharterFaults, CharterText, Fault, content_digest, read_charter
from alliance.charter_file.errata import Erratum, translation_errata
from alliance.enums import CharterState
from alliance.models import Charter
from alliance.queries.charter_differences import CharterDifference, charter_difference
from alliance.queries.charter_text import charter_text


class DryRunOutcome(StrEnum):
    """What loading the file would do; FAULTY and FIXED are refused."""

    FAULTY = "faulty"
    ERRATA = "errata"  # nothing but translations of a version in force differs
    FIXED = "fixed"  # the version is in force or was superseded, and the file differs
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    CREATED = "created"


@dataclass(frozen=True)
class CharterDryRun:
    """`stored` is the version of the file's number; `difference` is to the version before.

    `draft_difference` is to the draft that the file would replace.
    """

    outcome: DryRunOutcome
    faults: Sequence[Fault] = ()
    text: CharterText | None = None
    stored: Charter | None = None
    earlier: Charter | None = None
    difference: CharterDifference | None = None
    draft_difference: CharterDifference | None = None
    errata: Sequence[Erratum] = ()

    @property
    def can_be_loaded(self) -> bool:
        return self.outcome in (DryRunOutcome.CREATED, DryRunOutcome.UPDATED)

    @property
    def same_version(self) -> Charter | None:
        """The stored version that the file already is, in whatever state."""
        return self.stored if self.outcome == DryRunOutcome.UNCHANGED else None


def charter_dry_run(raw: bytes) -> CharterDryRun:
    """Read the file and compare it with what is stored; writes nothing. At most 16 queries.

    For those who may load charters: drafts are read too.
    """
    try:
        text = read_charter(raw, earlier_keys)
    except CharterFaults as refusal:
        return CharterDryRun(DryRunOutcome.FAULTY, refusal.faults)
    stored = Charter.objects.filter(key=text.key, version=text.version).first()
    earlier = earlier_version(text.key, text.version, text.supersedes)
    stored_text = charter_text(stored) if stored else None
    errata = translation_errata(stored_text, text) if stored_text else None
    is_in_force = stored is not None and stored.state == CharterState.IN_FORCE
    outcome = _outcome(stored, is_same=stored is not None and stored.sha256 == content_digest(text))
    return CharterDryRun(
        DryRunOutcome.ERRATA if is_in_force and errata and outcome == DryRunOutcome.FIXED else outcome,
        text=text,
        stored=stored,
        errata=errata or (),
        earlier=earlier,
        difference=charter_difference(charter_text(earlier), text) if earlier else None,
        draft_difference=charter_difference(stored_text, text) if stored_text else None,
    )


def _outcome(stored: Charter | None, *, is_same: bool) -> DryRunOutcome:
    if stored is None:
        return DryRunOutcome.CREATED
    if is_same:
        return DryRunOutcome.UNCHANGED
    return DryRunOutcome.UPDATED if stored.state == CharterState.DRAFT else DryRunOutcome.FIXED


def earlier_version(key: str, version: int, supersedes: int | None) -> Charter | None:
    """The version whose keys a mapping names: the one it says, or the last before that is no draft. One query."""
    rows = Charter.objects.filter(key=key, version__lt=version)
    if supersedes is not None:
        return rows.filter(version=supersedes).first()
    return rows.exclude(state=CharterState.DRAFT).order_by("-version").first()


def earlier_keys(key: str, version: int) -> Collection[str] | None:
    """The keys of an earlier version, for the references of a mapping; None when it was never loaded."""
    earlier = Charter.objects.filter(key=key, version=version).first()
    if earlier is None:
        return None
    parts = (earlier.commitments, earlier.measures, earlier.indicators)
    return {name for part in parts for name in part.values_list("key", flat=True)}
