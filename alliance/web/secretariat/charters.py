"""Charters: the list of versions, one version with all its content, and putting it in force."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.charter_file import write_charter_file
from alliance.enums import CharterState, SignatureRule
from alliance.models import Charter, Harm, KeyMapping
from alliance.notify.charter_previews import letter_previews
from alliance.queries.charter_dry_run import earlier_version
from alliance.queries.charter_problems import (
    fixed_reason,
    in_force_obstacle,
    notice_obstacle,
    outdated_check_reason,
    problem_text,
    text_key,
)
from alliance.queries.charter_signatures import (
    carried_accessions,
    published_accessions,
    standing_objections,
    unnoticed_accessions,
)
from alliance.queries.charter_text import charter_text
from alliance.queries.charter_versions import other_versions
from alliance.queries.charters import charter_list as listed_charters
from alliance.queries.charters import charter_tree
from alliance.queries.local_dates import today
from alliance.queries.supersession_members import ConcernedMembers, concerned_members
from alliance.queries.supersession_outlook import (
    Course,
    SupersessionOutlook,
    pledge_counts,
    supersession_outlook,
)
from alliance.services.charter_uploads import discard_charter
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.charters import CharterCheckedForm
from alliance.web.forms.reasons import EmptyForm
from alliance.web.forms.renewable import SeenForm
from alliance.web.objects import get_charter
from alliance.web.secretariat.row_limits import most_rows
from alliance.workflows import CHARTER
from portal.kernel.web import ActorRequest, attachment_response, permissions, refusals_on, requires

_NAV = "secretariat:charter-list"


@require_safe
def charter_list(request: ActorRequest) -> HttpResponse:
    """List of charters and their versions."""
    return render(
        request,
        "alliance/secretariat/charter_list.html",
        {"charters": listed_charters(request.actor), **permissions(request.actor, may_load="charter.load")},
    )


@require_safe
def charter(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """One charter version: chapters, commitments, measures, indicators, harms, and the mapping of earlier keys."""
    charter = get_charter(request.actor, key, version)
    earlier = earlier_version(key, version, charter.supersedes)
    may_check = earlier is not None and CHARTER.is_available(request.actor, charter, "check")
    mappings = list(KeyMapping.objects.visible_to(request.actor).filter(charter=charter).order_by("pk"))
    undecided = {row.earlier_key for row in mappings if not row.key}
    context = {
        "charter": charter,
        "earlier": earlier,
        "has_others": earlier is None and bool(other_versions(request.actor, charter)),
        "may_discard": CHARTER.is_available(request.actor, charter, "discard"),
        "chapters": charter_tree(request.actor, charter),
        "harms": Harm.objects.visible_to(request.actor).filter(charter=charter),
        "mappings": mappings,
        "undecided": undecided,
        "may_check": may_check,
        # else the obstacle says it
        "outdated": outdated_check_reason(charter) if may_check and undecided else "",
        "may_announce": may_check and CHARTER.is_available(request.actor, charter, "announce"),
        "may_recall": CHARTER.is_available(request.actor, charter, "recall_announcement"),
        "notice_obstacle": notice_obstacle(charter, today()),
        "may_plan": CHARTER.is_available(request.actor, charter, "plan"),
        "letter_count": _letter_count(charter, "letters"),
        "may_carry_over": _may_carry_over(charter, earlier),
        "announcement_count": _letter_count(charter, "announcement") if charter.announced_at is None else 0,
        "problems": [problem_text(row) for row in charter.check_result.get("problems", ())],
        "obstacle": in_force_obstacle(charter) if may_check else "",
        "may_put_in_force": CHARTER.is_available(request.actor, charter, "put_in_force"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/charter.html", context)


def _may_carry_over(charter: Charter, earlier: Charter | None) -> bool:
    """Whether signatures carry over once it is announced so; until then a dry run counts as if all signed anew."""
    if earlier is None or charter.announced_at is not None:
        return False
    is_agreed = earlier.later_signatures == SignatureRule.CARRY_OVER
    return is_agreed and earlier.state == CharterState.IN_FORCE


def _letter_count(charter: Charter, name: str) -> int:
    """How many letters the last dry run has counted of one occasion, those in digests included."""
    return sum(
        sum(row["languages"].values()) + row["in_digests"] for row in charter.check_result.get(name, ())
    )


@require_safe
def charter_file(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """The version as a charter file; what is read from it is equal to what is stored."""
    charter = get_charter(request.actor, key, version)
    content = write_charter_file(charter_text(charter))
    return attachment_response(content, f"{charter.key}-{charter.version}.yaml", "application/yaml")


@require_safe
def charter_letters(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """The letters that a draft would send, by occasion: how many, to whom, one of each kind in both languages."""
    charter = get_charter(request.actor, key, version)
    context = {
        "charter": charter,
        "occasions": letter_previews(request.actor, charter),
        "outdated": outdated_check_reason(charter),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/charter_letters.html", context)


@requires("charter.check")
def charter_check(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Rehearse putting a draft in force, on POST; what was found stands on the page of the charter."""
    charter = get_charter(request.actor, key, version)
    form = EmptyForm(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            check_charter(request.actor, charter)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.non_field_errors())))
    return redirect("secretariat:charter", key, version)


def charter_discard(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before a draft is deleted."""
    charter = get_charter(request.actor, key, version)
    page = Confirmation(
        rule="charter.discard",
        subject=charter,
        heading=_("Delete the draft"),
        title=_("“%(title)s”, version %(version)d:") % {"title": charter.title, "version": version},
        items=[
            _("the draft and its mapping are deleted; export the file first if you want to keep it"),
            _("the public has never seen it; the journal keeps one line"),
        ],
        label=_("Delete the draft"),
        cancel_url=reverse("secretariat:charter", args=[key, version]),
        message=_("Draft deleted"),
        next_url=reverse("secretariat:charter-list"),
        nav=_NAV,
        kind="danger",
        parent_title=charter.title,
        refusal=fixed_reason(charter),
    )

    def act(seen: str | None) -> None:
        discard_charter(request.actor, charter, seen=seen)

    return confirm(request, page, act, SeenForm, {"seen": text_key(charter)})


def charter_put_in_force(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before a charter is put in force: what becomes public and what it supersedes."""
    charter = get_charter(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    outlook = supersession_outlook(charter)
    items = in_force_consequences(charter, outlook)
    page = Confirmation(
        rule="charter.put_in_force",
        subject=charter,
        heading=_("Put in force"),
        title=_("“%(title)s”, version %(version)d:") % {"title": charter.title, "version": version},
        items=items,
        label=_("Put in force"),
        cancel_url=url,
        message=_("Charter put in force"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        warning=_("This is a working text that the alliance has not adopted.")
        if charter.working_text
        else "",
        refusal=(in_force_obstacle(charter) or notice_obstacle(charter, today())) if outlook else "",
    )

    def act(*, checked_at: datetime | None) -> None:
        put_charter_in_force(request.actor, charter, checked_at=checked_at)

    view = members_view(request, outlook)
    return confirm(request, page, act, CharterCheckedForm, checked_of(charter), view=view)


def members_view(request: ActorRequest, outlook: SupersessionOutlook | None) -> PageView:
    """The page with the members that the version concerns; none where it is the first."""

    def concerned() -> list[ConcernedMembers]:
        if outlook is None:
            return []
        passage = outlook.passage
        return concerned_members(request.actor, passage, pledge_counts(passage), most_rows(request))

    return PageView("alliance/secretariat/charter_in_force.html", lambda: {"concerned": concerned()})


def checked_of(charter: Charter) -> dict[str, object]:
    """What a form posts of the dry run that its page is about."""
    return {"checked_at": charter.checked_at.isoformat() if charter.checked_at else ""}


def in_force_consequences(charter: Charter, outlook: SupersessionOutlook | None) -> list[str]:
    """What becomes public and final once the version is in force, and what it supersedes."""
    items = [
        _("the whole text becomes public in every language"),
        _(
            "the text can no longer be changed: a change is a new version, and only a translation can be corrected"
        ),
        _("members can sign it, and cycles can be opened on it"),
    ]
    if outlook:
        items.append(_("version %(version)d is superseded") % {"version": outlook.superseded.version})
        items += _signature_consequences(charter, outlook.superseded)
        items += _pledge_consequences(outlook)
    return items


def _signature_consequences(charter: Charter, superseded: Charter) -> list[str]:
    """How many signatures carry over and who objects; or how many members stay where they are until they sign."""
    if charter.signatures != SignatureRule.CARRY_OVER:
        staying = published_accessions(superseded).count()
        sentence = ngettext(
            "%(count)d member stays on version %(version)d until it signs this one",
            "%(count)d members stay on version %(version)d until they sign this one",
            staying,
        )
        return [sentence % {"count": staying, "version": superseded.version}] if staying else []
    carried = carried_accessions(charter, superseded).count()
    sentence = ngettext(
        "%(count)d signature carries over to this version",
        "%(count)d signatures carry over to this version",
        carried,
    )
    objections = standing_objections(charter).select_related("organisation").order_by("organisation__slug")
    names = ", ".join(row.organisation.name for row in objections)
    stays = _("whoever objected stays on the version that it signed: %(names)s") % {"names": names}
    unnoticed = ", ".join(row.organisation.name for row in unnoticed_accessions(charter, superseded))
    unasked = _(
        "whoever signed after the announcement, whose accession was published after it, who had nobody who could sign, "
        "or who was suspended then or since, stays there too: %(names)s"
    )
    return [
        sentence % {"count": carried},
        *([stays] if names else []),
        *([unasked % {"names": unnoticed}] if unnoticed else []),
    ]


def _pledge_consequences(outlook: SupersessionOutlook) -> list[str]:
    """Which follow and which stay, counted, and which return, by commitment and member."""
    following, staying = outlook.counts[Course.FOLLOWS], outlook.counts[Course.STAYS]
    items = []
    if following:
        items.append(
            ngettext(
                "%(count)d pledge moves to this version and takes its keys",
                "%(count)d pledges move to this version and take its keys",
                following,
            )
            % {"count": following}
        )
    if staying:
        sentence = ngettext(
            "%(count)d pledge stays on version %(version)d until its member signs this one",
            "%(count)d pledges stay on version %(version)d until their members sign this one",
            staying,
        )
        items.append(sentence % {"count": staying, "version": outlook.superseded.version})
    returning: dict[str, list[str]] = {}
    for pledge in {row.record: row for row in outlook.returning()}.values():
        returning.setdefault(pledge.commitment_key, []).append(pledge.organisation.name)
    for row in outlook.superseded.commitments.all():
        if row.key in returning:
            items.append(_returns(f"{row.code} {row.short}", returning[row.key]))
    return items


def _returns(commitment: str, members: list[str]) -> str:
    """Why the pledges to one commitment come back, and to whom."""
    sentence = ngettext(
        "the pledge to “%(commitment)s” returns for signing: what it refers to was split, "
        "merged or left out (%(names)s)",
        "the pledges to “%(commitment)s” return for signing: what they refer to was split, "
        "merged or left out (%(names)s)",
        len(members),
    )
    return sentence % {"commitment": commitment, "names": ", ".join(members)}
