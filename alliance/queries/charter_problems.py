"""What keeps a draft of a charter from being put in force: undecided keys, breaks without a reason, no dry run."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CharterState, SeriesChange
from alliance.models import Charter
from alliance.queries.charter_circumstances import changed_circumstances
from alliance.queries.charter_differences import CharterDifference, charter_difference
from alliance.queries.charter_dry_run import earlier_version
from alliance.queries.charter_text import charter_text
from alliance.queries.last_edits import edited_meanwhile
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, WrongState
from portal.kernel.text import format_date

_MOST_NAMED = 12


class ProblemKind(StrEnum):
    UNDECIDED = "undecided"
    UNEXPLAINED = "unexplained"
    REFUSED = "refused"


def charter_problems(charter: Charter) -> list[dict[str, Any]]:
    """What a person has to put right in the draft, as a dry run keeps it: `kind`, and `keys`. At most 15 queries."""
    problems = []
    if undecided := undecided_keys(charter):
        problems.append({"kind": ProblemKind.UNDECIDED.value, "keys": undecided})
    earlier = earlier_version(charter.key, charter.version, charter.supersedes)
    if earlier is None:
        return problems
    difference = charter_difference(charter_text(earlier), charter_text(charter))
    if unexplained := _unexplained_breaks(charter, difference):
        problems.append({"kind": ProblemKind.UNEXPLAINED.value, "keys": unexplained})
    return problems


def undecided_keys(charter: Charter) -> list[str]:
    """The keys of the earlier version of which nobody has said what became of them. One query."""
    rows = charter.mappings.filter(key="").order_by("pk")
    return list(rows.values_list("earlier_key", flat=True))


def _unexplained_breaks(charter: Charter, difference: CharterDifference) -> list[str]:
    """The keys of the earlier version whose series breaks without a reason in every language."""
    rows = charter.mappings.filter(reason_en__gt="", reason_ru__gt="")
    explained = set(rows.values_list("earlier_key", flat=True))
    breaks = difference.series[SeriesChange.BREAKS]
    return [row.key for change in breaks for row in change.earlier if row.key not in explained]


def refuse_planned(charter: Charter) -> None:
    """Raise WrongState for a draft that was announced or whose day is set: it does not change under its readers."""
    if reason := fixed_reason(charter):
        raise WrongState(reason)


def fixed_reason(charter: Charter) -> str:
    """Why a draft does not change: it was announced, or its day is set. Empty where it can."""
    if charter.state == CharterState.DRAFT and charter.announced_at is not None:
        return _("This draft was announced to the members: recall that first, then change it.")
    if charter.state == CharterState.DRAFT and charter.planned_on is not None:
        message = _("This draft comes into force on %(day)s: cancel that day first, then change it.")
        return message % {"day": format_date(charter.planned_on)}
    return ""


def is_fixed(charter: Charter) -> bool:
    """Whether a draft was announced or its day is set: then it does not change."""
    return charter.announced_at is not None or charter.planned_on is not None


def mapping_refusal(charter: Charter) -> str:
    """Why the mapping of a version is not edited any more; empty for a draft."""
    return "" if charter.state == CharterState.DRAFT else _("Only the mapping of a draft can be changed.")


def notice_obstacle(charter: Charter, on: date) -> str:
    """Why a draft cannot come into force on this day: members can object until then. Empty where it can."""
    if charter.objections_until is None or on > charter.objections_until:
        return ""
    message = _("Members can object until %(day)s: this version can come into force on the day after.")
    return message % {"day": format_date(charter.objections_until)}


def outdated_check_reason(charter: Charter, *, on_its_day: bool = False) -> str:
    """Why the last dry run counts no more: the draft was changed or announced after it, or what it has counted is
    another number now. Empty where it does.

    `on_its_day`: for the job that puts it in force as things stand then, counts are not compared.
    """
    if charter.checked_at is None:
        return ""
    if charter.checked_at < charter.edited_at:
        return _("The draft was changed after the last dry run: start it again.")
    if charter.announced_at is not None and charter.checked_at < charter.announced_at:
        return _(
            "The version was announced after the last dry run: start it again, to count signatures and letters anew."
        )
    changed = "" if on_its_day else changed_circumstances(charter)
    if not changed:
        return ""
    if charter.planned_on is not None:
        message = _(
            "Changed since the last dry run: %(what)s. On its day the version comes into force as things stand then; "
            "start the dry run again to see that now."
        )
    else:
        message = _(
            "Changed since the last dry run: %(what)s. Start it again, to count signatures and letters anew."
        )
    return message % {"what": changed}


def text_key(charter: Charter | None) -> str:
    """The content of a version as a form sends it back: its digest, or that there is none."""
    return charter.sha256 if charter else "none"


def refuse_other_text(actor: Actor, charter: Charter | None, seen: str | None) -> None:
    """Raise Conflict, with who changed it, where a version says something else than what the actor has seen.

    `seen`: the `text_key` of that; None compares nothing. A draft that is gone meanwhile stands in nobody's way.
    """
    if seen is None or charter is None or seen == text_key(charter):
        return
    change = edited_meanwhile(
        actor, charter, "charter.load", "charter.edit_mapping", "charter.correct_translation"
    )
    advice = _(
        "Nothing was done. Look at the version as it is now; if you still want this, confirm it again."
    )
    raise Conflict(f"{change} {advice}", stored=charter, sent=seen)


def refuse_other_check(charter: Charter, checked_at: datetime | None) -> None:
    """Raise WrongState where the dry run that a page has shown is not the last one; None for no page."""
    if checked_at is not None and charter.checked_at != checked_at:
        raise WrongState(
            _(
                "The dry run was started again while you were reading: look at what it counts now, then open this page "
                "again."
            )
        )


def in_force_obstacle(charter: Charter, *, on_its_day: bool = False) -> str:
    """Why a draft that supersedes a version cannot be put in force now; empty where nothing is in the way."""
    if undecided := undecided_keys(charter):
        return problem_text({"kind": ProblemKind.UNDECIDED.value, "keys": undecided})
    if charter.checked_at is None:
        return _("Start the dry run first: it shows what will happen.")
    if outdated := outdated_check_reason(charter, on_its_day=on_its_day):
        return outdated
    problems = charter.check_result.get("problems", [])
    return problem_text(problems[0]) if problems else ""


def problem_text(problem: Mapping[str, Any]) -> str:
    """One problem that a dry run has found, as a sentence."""
    if problem["kind"] == ProblemKind.REFUSED:
        return str(problem["text"])
    keys = problem["keys"]
    names = ", ".join(keys[:_MOST_NAMED]) + ("…" if len(keys) > _MOST_NAMED else "")
    sentence = (
        ngettext(
            "%(count)d key of the version before is still to be decided: %(names)s.",
            "%(count)d keys of the version before are still to be decided: %(names)s.",
            len(keys),
        )
        if problem["kind"] == ProblemKind.UNDECIDED
        else ngettext(
            "%(count)d series breaks and has no reason in both languages: %(names)s.",
            "%(count)d series break and have no reason in both languages: %(names)s.",
            len(keys),
        )
    )
    return sentence % {"count": len(keys), "names": names}
