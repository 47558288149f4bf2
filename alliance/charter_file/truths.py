"""The truths of the whole charter: nothing twice, codes that nest, references that lead somewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file.indicators import check_indicator
from alliance.charter_file.texts import CharterText, CommitmentText, IndicatorText
from portal.kernel.plain_yaml import Findings, suggest

Placed = tuple[str, Any]
EarlierKeys = Callable[[str, int], Collection[str] | None]


def nothing_earlier(key: str, version: int) -> None:
    """No earlier version is at hand."""


def check_truths(charter: CharterText, findings: Findings, earlier_keys: EarlierKeys) -> None:
    """Note every fault that shows only when parts of the charter are seen together.

    Parts that could not be read are None here and were noted already; they are passed over.
    """
    commitments = list(_commitments(charter))
    measures = list(_inner(commitments, "measures"))
    indicators = list(_inner(measures, "indicators"))
    everything = [*commitments, *measures, *indicators]
    _check_twice(charter, everything, findings)
    _check_nesting(commitments, "measures", findings)
    _check_nesting(measures, "indicators", findings)
    for path, indicator in indicators:
        check_indicator(indicator, path, findings)
        _check_breakdown_keys(charter, indicator, path, findings)
    _check_parts(indicators, findings)
    _check_mapping(charter, everything, findings)
    _check_earlier(charter, earlier_keys, findings)
    if charter.working_text and not findings.has("note"):
        findings.fault("note", _("A working text needs a “note” that says so in both languages."))
    if any(breakdown and breakdown.of_harms for breakdown in charter.breakdowns or ()) and not charter.harms:
        findings.fault("harms", _("A breakdown is by harms, but the file lists no “harms”."))


def _numbered(path: str, values: Iterable[Any] | None) -> Iterator[Placed]:
    return ((f"{path}[{index}]", value) for index, value in enumerate(values or ()) if value is not None)


def _commitments(charter: CharterText) -> Iterator[tuple[str, CommitmentText]]:
    for path, chapter in _numbered("chapters", charter.chapters):
        yield from _numbered(f"{path}.commitments", chapter.commitments)


def _inner(outer: Iterable[Placed], name: str) -> Iterator[Placed]:
    for path, value in outer:
        yield from _numbered(f"{path}.{name}", getattr(value, name))


def _check_twice(charter: CharterText, everything: list[Placed], findings: Findings) -> None:
    _once(everything, "key", findings)
    _once(everything, "code", findings)
    harms = list(_numbered("harms", charter.harms))
    breakdowns = list(_numbered("breakdowns", charter.breakdowns))
    for group in (harms, breakdowns):
        _once(group, "key", findings)
    for path, breakdown in breakdowns:
        _once(_numbered(f"{path}.cells", breakdown.cells), "key", findings)
    for path, value in everything:
        _once(_numbered(f"{path}.choices", getattr(value, "choices", ())), "key", findings)
    for path, harm in harms:
        named = _numbered(f"{path}.identifiers", harm.identifiers)
        _once_value([(inner, name, name.id) for inner, name in named if name.scheme and name.id], findings)


def _once(group: Iterable[Placed], name: str, findings: Findings) -> None:
    named = ((f"{path}.{name}", getattr(value, name)) for path, value in group)
    _once_value([(path, value, value) for path, value in named if value is not None], findings)


def _once_value(values: list[tuple[str, Any, str]], findings: Findings) -> None:
    seen: dict[Any, str] = {}
    for path, value, name in sorted(values, key=lambda placed: findings.line_of(placed[0])):
        if value in seen:
            message = _("“%(value)s” is already used on line %(line)d. Each may be used only once.")
            findings.fault(path, message, value=name, line=findings.line_of(seen[value]))
        seen.setdefault(value, path)


def _check_nesting(outer: Iterable[Placed], name: str, findings: Findings) -> None:
    for path, value in outer:
        for inner, part in _numbered(f"{path}.{name}", getattr(value, name)):
            if value.code and part.code and part.code.rpartition(".")[0] != value.code:
                message = _("The code “%(code)s” is under “%(outer)s”, so it must begin with “%(outer)s.”.")
                findings.fault(f"{inner}.code", message, code=part.code, outer=value.code)


def _check_breakdown_keys(
    charter: CharterText, indicator: IndicatorText, path: str, findings: Findings
) -> None:
    known = [breakdown.key for breakdown in charter.breakdowns or () if breakdown and breakdown.key]
    keys = list(_numbered(f"{path}.breakdowns", indicator.breakdowns))
    for inner, key in keys:
        if key not in known:
            message = _("There is no breakdown “%(key)s” in this file.") % {"key": key}
            findings.fault(inner, f"{message} {suggest(key, known)}")
    _once_value([(inner, key, key) for inner, key in keys], findings)


def _check_parts(indicators: list[tuple[str, IndicatorText]], findings: Findings) -> None:
    known = {indicator.key: indicator for _path, indicator in indicators if indicator.key}
    for path, part in indicators:
        whole = known.get(part.part_of) if part.part_of else None
        if part.part_of and whole is None:
            message = _("There is no indicator “%(key)s” in this file.") % {"key": part.part_of}
            findings.fault(f"{path}.part_of", f"{message} {suggest(part.part_of, known)}")
        elif whole is not None and (why := _why_no_part(part, whole, known)):
            findings.fault(f"{path}.part_of", why)


def _why_no_part(part: IndicatorText, whole: IndicatorText, known: dict[str, IndicatorText]) -> str:
    if _leads_back(part, known):
        return _("“%(key)s” would be a part of itself.") % {"key": part.key}
    if not all((part.value, whole.value, part.unit, whole.unit, part.scope, whole.scope)):
        return "" if whole.value else _("“%(key)s” is not a figure.") % {"key": whole.key}
    if (part.value, part.unit, part.scope) != (whole.value, whole.unit, whole.scope):
        message = _("A part and its whole need the same value, unit and scope; “%(key)s” differs.")
        return message % {"key": whole.key}
    return ""


def _leads_back(part: IndicatorText, known: dict[str, IndicatorText]) -> bool:
    seen: set[str] = set()
    here: IndicatorText | None = part
    while here is not None and here.part_of and here.part_of not in seen:
        if here.part_of == part.key:
            return True
        seen.add(here.part_of)
        here = known.get(here.part_of)
    return False


def _check_mapping(charter: CharterText, everything: list[Placed], findings: Findings) -> None:
    known = [value.key for _path, value in everything if value.key]
    changes = [
        (path, one) for path, one in _numbered("mapping", charter.mapping) if one.earlier and one.later
    ]
    _once_value([(path, change, f"{change.earlier} → {change.later}") for path, change in changes], findings)
    for path, change in changes:
        if change.later not in known:
            message = _("No commitment, measure or indicator has the key “%(key)s”.") % {"key": change.later}
            findings.fault(f"{path}.to", f"{message} {suggest(change.later, known)}")


def _check_earlier(charter: CharterText, earlier_keys: EarlierKeys, findings: Findings) -> None:
    if findings.has("mapping") and not findings.has("supersedes"):
        findings.fault("supersedes", _("“mapping” needs “supersedes”: the version whose keys are mapped."))
    if not charter.supersedes or not charter.version or not charter.key:
        return
    if charter.supersedes >= charter.version:
        findings.fault("supersedes", _("A charter supersedes an earlier version: a number below its own."))
    elif (known := earlier_keys(charter.key, charter.supersedes)) is not None:
        for path, change in _numbered("mapping", charter.mapping):
            if change.earlier and change.earlier not in known:
                message = _("Version %(version)d has no key “%(key)s”.")
                message %= {"version": charter.supersedes, "key": change.earlier}
                findings.fault(f"{path}.from", f"{message} {suggest(change.earlier, known)}")
