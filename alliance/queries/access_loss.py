"""What is open with an organisation whose people are to lose access, and what becomes of it: for the page before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from alliance.access import published_comments
from alliance.enums import InvitedCommentState, OrganisationKind, PledgeState, WaitsFor
from alliance.models import InvitedComment, Organisation, Pledge
from alliance.queries.charter_signatures import versions_to_carry_over_to
from alliance.queries.member_dossier import dossier_targets, standing_pledges
from alliance.queries.open_item import MAX_OF_A_KIND, OpenItem
from alliance.queries.open_items import invited_comment_item, open_matters, undecided_targets
from portal.kernel.access import Actor

_Outcome = Callable[[OpenItem], str | Promise]


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """Open matters of one kind of which the same becomes."""

    kinds: Promise
    outcome: str
    items: Sequence[OpenItem]


_SOURCES: list[Callable[[Actor, Organisation, bool], Sequence[OpenMatters]]] = []


def register_matters(source: Callable[[Actor, Organisation, bool], Sequence[OpenMatters]]) -> None:
    """Have the pages name what an upper layer holds of the organisation too; `source` is told whether it leaves."""
    _SOURCES.append(source)


def matters_left_open(
    actor: Actor, organisation: Organisation, *, leaves: bool = False, merges: bool = False
) -> list[OpenMatters]:
    """Everything that is open with it, by kind and by what becomes of it. A constant number of queries.

    `leaves`: it leaves for good, and is not suspended. `merges`: so too, and the same page decides about its drafts.
    What the actor cannot read is not named.
    """
    if organisation.kind == OrganisationKind.PARTNER:
        own = _grouped(_invitations(actor, organisation), lambda _item: _INVITATION)
    elif organisation.is_reporting:
        own = _of_member(actor, organisation, leaves=leaves or merges, merges=merges)
    else:
        return []
    further = (group for source in _SOURCES for group in source(actor, organisation, leaves or merges))
    return [*own, *further]


def _of_member(actor: Actor, organisation: Organisation, *, leaves: bool, merges: bool) -> list[OpenMatters]:
    outcomes = (
        {**_OUTCOMES, "report": _of_merging_report if merges else _of_left_report} if leaves else _OUTCOMES
    )
    groups: list[OpenMatters] = []
    for name, items in open_matters(actor, organisation).items():
        groups += _grouped(items, outcomes[name])
    groups += _grouped(_unpublished_comments(actor, organisation), lambda _item: _UNPUBLISHED)
    groups += _grouped(_announced_versions(actor, organisation), lambda _item: _SIGNATURE)
    pledges = standing_pledges(actor, organisation)
    targets = dossier_targets(organisation, pledges) if pledges else []
    groups += _grouped(undecided_targets(targets), lambda _item: _TARGET)
    return [*groups, *_grouped(_in_force(pledges), lambda _item: _PLEDGE)]


def _grouped(items: Sequence[OpenItem], outcome: _Outcome) -> list[OpenMatters]:
    """The items by what becomes of them, in the order in which each outcome comes first."""
    groups: dict[str, list[OpenItem]] = {}
    for item in items:
        groups.setdefault(str(outcome(item)), []).append(item)
    return [OpenMatters(matters[0].kinds, words, matters) for words, matters in groups.items()]


def _in_force(pledges: Sequence[Pledge]) -> list[OpenItem]:
    return [
        OpenItem(
            kind=gettext_lazy("Pledge"),
            kinds=gettext_lazy("Pledges in force"),
            icon="pen-line",
            title=pledge.title or pledge.text,
            url=reverse("secretariat:pledge", args=[pledge.pk]),
            waits_for=WaitsFor.NOBODY,
            language=pledge.language,
        )
        for pledge in pledges
        if pledge.state == PledgeState.PUBLISHED
    ]


def _announced_versions(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    """Those to which its signature carries over as long as it takes part."""
    return [
        OpenItem(
            kind=gettext_lazy("Announced version"),
            kinds=gettext_lazy("Announced versions of a charter"),
            icon="pen-line",
            title=str(charter),
            url=reverse("secretariat:charter-difference", args=[charter.key, charter.version]),
            waits_for=WaitsFor.NOBODY,
        )
        for charter in versions_to_carry_over_to(actor, organisation.pk)
    ]


def _unpublished_comments(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    """Those of partners to whose publication the member has not agreed."""
    rows = InvitedComment.objects.visible_to(actor).exclude(published_comments())
    rows = rows.filter(organisation=organisation, state=InvitedCommentState.ANSWERED, partner_agrees=True)
    rows = rows.select_related("partner", "measure", "cycle")
    kinds = gettext_lazy("Comments without the member’s agreement")
    return [
        replace(
            invited_comment_item(row), kinds=kinds, title=row.text, language=row.text_language, due_on=None
        )
        for row in rows[:MAX_OF_A_KIND]
    ]


def _invitations(actor: Actor, partner: Organisation) -> list[OpenItem]:
    """The comments to which a partner is invited, each with the member that it is about."""
    rows = InvitedComment.objects.visible_to(actor).filter(partner=partner, state=InvitedCommentState.OPEN)
    rows = rows.select_related("partner", "organisation", "measure", "cycle")
    items = [(row.organisation, invited_comment_item(row)) for row in rows[:MAX_OF_A_KIND]]
    return [replace(item, context=(member.name, *item.context)) for member, item in items]


# --- What becomes of each --------------------------------------------------------------------

_INVITATION = gettext_lazy("Nobody of the partner can comment any more: withdraw the invitations.")
_SIGNATURE = gettext_lazy(
    "Its signature no longer carries over to them, also where it takes part again before they are in force."
)
_UNPUBLISHED = gettext_lazy(
    "Nobody can agree to their publication: after 30 days without access a manager can publish them, and the page says "
    "so. What the member has taken back stays unpublished."
)
_TARGET = gettext_lazy("A manager decides as before what became of them.")
_PLEDGE = gettext_lazy(
    "They stay public, with what was promised; nobody can revise them or sign them anew. Once the day of a target is "
    "over, a manager decides what became of it."
)
_ENDED = gettext_lazy(
    "Nobody can write or sign them. Of those that are not due before the membership ends, the public reads that it "
    "ended; the others count as not filed once their days of grace are over. A manager can exempt the drafts."
)
_MERGED_DRAFT = gettext_lazy(
    "Those that you choose are exempted. Of the others nobody can write or sign anything any more: where they are not "
    "due before the merger, the public reads that the membership ended; else they count as not filed."
)
_REPORTS = {
    "draft": gettext_lazy(
        "Nobody can write or sign them: unless a manager exempts them, they count as not filed once their time is over."
        " With access again, the days that were left come back, and what counts as not filed by then is a draft "
        "again, unless its cycle is published."
    ),
    "unsigned": gettext_lazy(
        "They wait for a signature: unless they are signed before, they count as not filed. With access again, the "
        "days that were left come back, and what counts as not filed by then is a draft again, unless its cycle is "
        "published."
    ),
    "returned": gettext_lazy(
        "Nobody can submit them again: the reviewer resumes the review of what was submitted last. With access again "
        "before that, the days that were left come back."
    ),
    "filed": gettext_lazy("Their review goes on, and they are published as they were filed."),
    "concluded": gettext_lazy(
        "They are published as they were judged; nobody can sign a reply. With access again the days for it that were "
        "left come back."
    ),
}


def _of_report(item: OpenItem) -> Promise:
    return _REPORTS[item.stage]


def _of_left_report(item: OpenItem) -> Promise:
    return _ENDED if item.stage in ("draft", "unsigned") else _of_report(item)


def _of_merging_report(item: OpenItem) -> Promise:
    return _MERGED_DRAFT if item.stage == "draft" else _of_left_report(item)


def _by_turn(*, with_member: Promise, with_secretariat: Promise) -> _Outcome:
    """One sentence for what waits for the member now, another one for the rest."""
    return lambda item: with_member if item.waits_for == WaitsFor.MEMBER else with_secretariat


def _same(words: Promise) -> _Outcome:
    return lambda _item: words


_OUTCOMES: Mapping[str, _Outcome] = {
    "finding": _by_turn(
        with_member=gettext_lazy(
            "Nobody is reminded of them: the reviewer or a manager records them as done, or carries them on. With "
            "access again the days that were left come back."
        ),
        with_secretariat=gettext_lazy("The secretariat checks what the member has reported done."),
    ),
    "extension_request": _same(gettext_lazy("A manager decides, but nobody could use more time.")),
    "pledge": _same(gettext_lazy("A manager publishes them; what is returned nobody can sign again.")),
    "accession": _same(gettext_lazy("A manager can publish them as before.")),
    "question": _by_turn(
        with_member=gettext_lazy(
            "Nobody can answer: the reviewer judges what was submitted, and closes the questions."
        ),
        with_secretariat=gettext_lazy("The reviewer reads the answers and closes the questions as before."),
    ),
    "correction": _by_turn(
        with_member=gettext_lazy(
            "Nobody can agree or object: another manager or an auditor decides at once, with a reason, and the record "
            "says that nobody who could answer had access. With access again before that, the member has its days anew."
        ),
        with_secretariat=gettext_lazy("The secretariat decides as before."),
    ),
    "withdrawal": _same(gettext_lazy("A second person decides as before.")),
    "report": _of_report,
    "public_question": _by_turn(
        with_member=gettext_lazy(
            "Nobody of the member can answer: take them back and answer them yourselves."
        ),
        with_secretariat=gettext_lazy("The secretariat answers or closes them as before."),
    ),
    "invited_comment": _same(gettext_lazy("The partners can comment until their day, as before.")),
    "second_reading": _same(gettext_lazy("The second reader goes on as before.")),
}
