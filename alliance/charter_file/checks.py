"""Checks of the whole charter: nothing twice, codes that nest, references that lead somewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file.indicators import check_indicator
from alliance.charter_file.size import check_size
from alliance.charter_file.texts import LANGUAGES, CharterText, IndicatorDefinition
from alliance.enums import SignatureRule
from alliance.validators.cells import PERIOD
from portal.kernel.text.strict_yaml import FaultCollector, suggest_word

LocatedItem = tuple[str, Any]
EarlierKeys = Callable[[str, int], Collection[str] | None]


def no_earlier_keys(key: str, version: int) -> None:
    """The earlier version is not available."""


def check_charter(charter: CharterText, findings: FaultCollector, earlier_keys: EarlierKeys) -> None:
    """Note every fault that shows only when parts of the charter are seen together.

    Parts that could not be read are None here and were noted already; they are passed over.
    """
    commitments = list(_nested(_with_paths("chapters", charter.chapters), "commitments"))
    measures = list(_nested(commitments, "measures"))
    indicators = list(_nested(measures, "indicators"))
    everything = [*commitments, *measures, *indicators]
    _check_duplicates(charter, everything, findings)
    _check_nesting(commitments, "measures", findings)
    _check_nesting(measures, "indicators", findings)
    for path, indicator in indicators:
        check_indicator(indicator, path, findings)
        _check_breakdown_keys(charter, indicator, path, findings)
    check_size(charter, commitments, measures, findings)
    _check_part_of(indicators, findings)
    _check_mapping(charter, everything, findings)
    _check_earlier(charter, earlier_keys, findings)
    _check_later_versions(charter, findings)
    if charter.working_text and not findings.has_path("note"):
        findings.add_fault("note", _("A working text needs a “note” that says so in both languages."))
    if any(breakdown and breakdown.of_harms for breakdown in charter.breakdowns or ()) and not charter.harms:
        findings.add_fault("harms", _("A breakdown is by harms, but the file lists no “harms”."))


def _with_paths(path: str, values: Iterable[Any] | None) -> Iterator[LocatedItem]:
    return ((f"{path}[{index}]", value) for index, value in enumerate(values or ()) if value is not None)


def _nested(outer: Iterable[LocatedItem], name: str) -> Iterator[LocatedItem]:
    for path, value in outer:
        yield from _with_paths(f"{path}.{name}", getattr(value, name))


def _check_duplicates(charter: CharterText, everything: list[LocatedItem], findings: FaultCollector) -> None:
    _note_duplicate_keys(everything, "key", findings)
    _note_duplicate_keys(everything, "code", findings)
    harms = list(_with_paths("harms", charter.harms))
    breakdowns = list(_with_paths("breakdowns", charter.breakdowns))
    for group in (harms, breakdowns):
        _note_duplicate_keys(group, "key", findings)
    for path, breakdown in breakdowns:
        cells = list(_with_paths(f"{path}.cells", breakdown.cells))
        _note_duplicate_keys(cells, "key", findings)
        for inner, cell in cells:
            _note_duplicate_keys(_with_paths(f"{inner}.parts", cell.parts), "key", findings)
        if breakdown.key == PERIOD:
            message = _(
                "The key “%(key)s” is taken: the portal names months and quarters with it. Choose another."
            )
            findings.add_fault(f"{path}.key", message, key=PERIOD)
    for path, value in everything:
        _note_duplicate_keys(_with_paths(f"{path}.choices", getattr(value, "choices", ())), "key", findings)
    for path, harm in harms:
        located_items = _with_paths(f"{path}.identifiers", harm.identifiers)
        _note_duplicate_values(
            [(inner, name, name.id) for inner, name in located_items if name.scheme and name.id], findings
        )


def _note_duplicate_keys(group: Iterable[LocatedItem], name: str, findings: FaultCollector) -> None:
    named = ((f"{path}.{name}", getattr(value, name)) for path, value in group)
    _note_duplicate_values([(path, value, value) for path, value in named if value is not None], findings)


def _note_duplicate_values(values: list[tuple[str, Any, str]], findings: FaultCollector) -> None:
    path_by_value: dict[Any, str] = {}
    for path, value, name in sorted(values, key=lambda placed: findings.line_of(placed[0])):
        if value in path_by_value:
            message = _("“%(value)s” is already used on line %(line)d. Each may be used only once.")
            findings.add_fault(path, message, value=name, line=findings.line_of(path_by_value[value]))
        path_by_value.setdefault(value, path)


def _check_nesting(outer: Iterable[LocatedItem], name: str, findings: FaultCollector) -> None:
    for path, value in outer:
        for inner, part in _with_paths(f"{path}.{name}", getattr(value, name)):
            if value.code and part.code and part.code.rpartition(".")[0] != value.code:
                message = _("The code “%(code)s” is under “%(outer)s”, so it must begin with “%(outer)s.”.")
                findings.add_fault(f"{inner}.code", message, code=part.code, outer=value.code)


def _check_breakdown_keys(
    charter: CharterText, indicator: IndicatorDefinition, path: str, findings: FaultCollector
) -> None:
    known = [breakdown.key for breakdown in charter.breakdowns or () if breakdown and breakdown.key]
    keys = list(_with_paths(f"{path}.breakdowns", indicator.breakdowns))
    for inner, key in keys:
        if key not in known:
            message = _("There is no breakdown “%(key)s” in this file.") % {"key": key}
            findings.add_fault(inner, f"{message} {suggest_word(key, known)}")
    _note_duplicate_values([(inner, key, key) for inner, key in keys], findings)
    with_parts = {
        breakdown.key
        for breakdown in charter.breakdowns or ()
        if breakdown and any(cell and cell.parts for cell in breakdown.cells or ())
    }
    if len(keys) > 1 and (key := next((key for _inner, key in keys if key in with_parts), "")):
        message = _(
            "The cells of “%(key)s” have parts: an indicator that is broken down by it can have no second breakdown."
        )
        findings.add_fault(f"{path}.breakdowns", message, key=key)


def _check_part_of(indicators: list[tuple[str, IndicatorDefinition]], findings: FaultCollector) -> None:
    known = {indicator.key: indicator for _path, indicator in indicators if indicator.key}
    for path, part in indicators:
        whole = known.get(part.part_of) if part.part_of else None
        if part.part_of and whole is None:
            message = _("There is no indicator “%(key)s” in this file.") % {"key": part.part_of}
            findings.add_fault(f"{path}.part_of", f"{message} {suggest_word(part.part_of, known)}")
        elif whole is not None and (why := _part_fault(part, whole, known)):
            findings.add_fault(f"{path}.part_of", why)


def _part_fault(
    part: IndicatorDefinition, whole: IndicatorDefinition, known: dict[str, IndicatorDefinition]
) -> str:
    if _is_circular(part, known):
        return _("“%(key)s” would be a part of itself.") % {"key": part.key}
    if not all((part.value, whole.value, part.unit, whole.unit, part.scope, whole.scope)):
        return "" if whole.value else _("“%(key)s” is not a figure.") % {"key": whole.key}
    if (part.value, part.unit, part.scope) != (whole.value, whole.unit, whole.scope):
        message = _("A part and its whole need the same value, unit and scope; “%(key)s” differs.")
        return message % {"key": whole.key}
    return ""


def _is_circular(part: IndicatorDefinition, known: dict[str, IndicatorDefinition]) -> bool:
    visited: set[str] = set()
    indicator: IndicatorDefinition | None = part
    while indicator is not None and indicator.part_of and indicator.part_of not in visited:
        if indicator.part_of == part.key:
            return True
        visited.add(indicator.part_of)
        indicator = known.get(indicator.part_of)
    return False


def _check_mapping(charter: CharterText, everything: list[LocatedItem], findings: FaultCollector) -> None:
    known = [value.key for _path, value in everything if value.key]
    entries = [(path, entry) for path, entry in _with_paths("mapping", charter.mapping) if entry.earlier]
    _note_duplicate_values(
        [
            (path, (change.earlier, change.later), f"{change.earlier} → {change.later or '?'}")
            for path, change in entries
        ],
        findings,
    )
    _check_reasons(charter, findings)
    changes = [(path, change) for path, change in entries if change.later]
    for path, change in changes:
        if change.later not in known:
            message = _("No commitment, measure or indicator has the key “%(key)s”.") % {"key": change.later}
            findings.add_fault(f"{path}.to", f"{message} {suggest_word(change.later, known)}")


def _check_reasons(charter: CharterText, findings: FaultCollector) -> None:
    """Why a series breaks stands there in every language; while its key is undecided, in one at least."""
    for path, change in _with_paths("mapping", charter.mapping):
        texts = {language: getattr(change.reason, language, None) for language in LANGUAGES}
        missing = [language for language, words in texts.items() if words == ""]
        if change.later == "" and len(missing) < len(LANGUAGES):
            continue
        for language in missing:
            findings.add_fault(f"{path}.breaks.{language}", _("“%(key)s” is missing."), key=language)


def _check_later_versions(charter: CharterText, findings: FaultCollector) -> None:
    rule = charter.later_versions
    if rule is None or not rule.signatures:
        return
    has_notice = findings.has_path("later_versions.notice_days")
    if rule.signatures == SignatureRule.CARRY_OVER and not has_notice:
        findings.add_fault(
            "later_versions.notice_days",
            _("Signatures that carry over need “notice_days”: how long a member can object."),
        )
    elif rule.signatures == SignatureRule.SIGN_ANEW and has_notice:
        findings.add_fault(
            "later_versions.notice_days",
            _("“notice_days” is for signatures that carry over; here each member signs anew."),
        )


def _check_earlier(charter: CharterText, earlier_keys: EarlierKeys, findings: FaultCollector) -> None:
    if findings.has_path("mapping") and not findings.has_path("supersedes"):
        findings.add_fault(
            "supersedes", _("“mapping” needs “supersedes”: the version whose keys are mapped.")
        )
    if not charter.supersedes or not charter.version or not charter.key:
        return
    if charter.supersedes >= charter.version:
        findings.add_fault("supersedes", _("A charter can supersede only a version with a lower number."))
    elif (known := earlier_keys(charter.key, charter.supersedes)) is not None:
        for path, change in _with_paths("mapping", charter.mapping):
            if change.earlier and change.earlier not in known:
                message = _("Version %(version)d has no key “%(key)s”.")
                message %= {"version": charter.supersedes, "key": change.earlier}
                findings.add_fault(f"{path}.from", f"{message} {suggest_word(change.earlier, known)}")
