"""Which publications can be withdrawn, and what takes the place of a withdrawal for all others."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# what has a page that can say so
WITHDRAWABLE_TYPES = ("report", "report_notice", "response", "pledge")
_OTHER_WAYS: Mapping[str, str | Promise] = {
    "charter": gettext_lazy(
        "A charter is not withdrawn. Slips in a translation are corrected on its page at the secretariat; else a later "
        "version takes its place."
    ),
    "organisation": gettext_lazy(
        "A decision about a membership is not withdrawn: it stays in the record with its reason. The next decision, "
        "with a reason of its own, is published after it. A membership that has ended is not resumed; a merger can be "
        "taken back."
    ),
    "accession": gettext_lazy(
        "An accession is not withdrawn. A manager ends it with a public reason on the page of the member."
    ),
    "signatures": gettext_lazy(
        "The list of signatures is not withdrawn. Each accession is ended on the page of its member."
    ),
    "cycle": gettext_lazy(
        "The publication of a cycle is not withdrawn. What it says of a member is corrected with the report of that "
        "member, or with the notice in its place; reports, notices and replies are withdrawn one by one."
    ),
    "reference_load": gettext_lazy(
        "Independent counts are withdrawn by a file that has the same rows with “withdrawn” in the place of the "
        "number, and why in the column “source”. Whoever runs the portal loads it."
    ),
    "withdrawal": gettext_lazy(
        "A withdrawal is undone by publishing again what it has withdrawn, on the page of the withdrawal at the "
        "secretariat."
    ),
}


def other_way(type_: str) -> str:
    """What is done instead with a publication of a type that cannot be withdrawn; empty for the others."""
    if type_ in WITHDRAWABLE_TYPES:
        return ""
    default = _(
        "This kind of publication is not withdrawn here: its own page has the acts that end or replace it."
    )
    return str(_OTHER_WAYS.get(type_, default))
