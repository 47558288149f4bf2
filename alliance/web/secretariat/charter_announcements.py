"""A charter version announced to the members, and the announcement recalled."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import SignatureRule
from alliance.models import Charter
from alliance.notify.charter_previews import announced_letters
from alliance.queries.charter_problems import in_force_obstacle
from alliance.queries.charter_signatures import standing_objections, version_in_force
from alliance.services.charter_signatures import announce_charter, recall_announcement
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.charters import CharterAnnounceForm
from alliance.web.objects import get_charter
from alliance.web.secretariat.charters import checked_of
from portal.kernel.web import ActorRequest

_NAV = "secretariat:charter-list"


def charter_announce(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before a draft is announced: how signatures carry over, and who is notified."""
    charter = get_charter(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    earlier = version_in_force(charter)
    rule = earlier.later_signatures if earlier else SignatureRule.SIGN_ANEW
    if earlier is None:
        refusal = _("No version is in force: there are no signatures that could carry over.")
    elif charter.planned_on is not None:
        refusal = _("A day is set on which this draft comes into force: cancel that day first.")
    else:
        refusal = in_force_obstacle(charter)
    page = Confirmation(
        rule="charter.announce",
        subject=charter,
        heading=_("Announce to the members"),
        title=_("“%(title)s”, version %(version)d:") % {"title": charter.title, "version": version},
        items=[
            _(
                "everybody at the members that signed this charter, in whatever version, is notified by e-mail"
            ),
            _("whoever is signed in can read the draft; the public cannot"),
            _("it can no longer be changed, until the announcement is recalled"),
            *_notice_items(earlier.notice_days if earlier else None),
            *_letter_items(charter, rule),
            _("the dry run is to be started again before it is put in force"),
        ],
        label=_("Announce"),
        cancel_url=url,
        message=_("Announced"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        refusal=refusal,
    )

    def act(*, signatures: str, checked_at: datetime | None) -> None:
        announce_charter(request.actor, charter, signatures, checked_at=checked_at)

    return confirm(request, page, act, CharterAnnounceForm, {"signatures": rule, **checked_of(charter)})


def _letter_items(charter: Charter, rule: str) -> list[str]:
    """How many letters go to whom, as the last dry run counted them; of both choices where there are two."""
    items = [
        ngettext("%(count)d letter to %(whom)s", "%(count)d letters to %(whom)s", count)
        % {"count": count, "whom": whom}
        for whom, count in announced_letters(charter, rule)
    ]
    if rule == SignatureRule.CARRY_OVER:
        total = sum(count for _whom, count in announced_letters(charter, SignatureRule.SIGN_ANEW))
        anew = ngettext(
            "where you choose that every member signs anew, %(count)d letter, which says so",
            "where you choose that every member signs anew, %(count)d letters, which say so",
            total,
        )
        items.append(anew % {"count": total})
    return items


def _notice_items(days: int | None) -> list[str]:
    """What follows where signatures carry over; nothing where the version in force does not provide for it."""
    if days is None:
        return []
    sentence = ngettext(
        "where signatures carry over, members can object for %(days)d day; whoever objects stays on the version "
        "that they signed",
        "where signatures carry over, members can object for %(days)d days; whoever objects stays on the version "
        "that they signed",
        days,
    )
    return [sentence % {"days": days}]


def charter_announcement_recall(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before an announcement is recalled: the objections to it are over."""
    charter = get_charter(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    count = standing_objections(charter).count()
    objections = ngettext(
        "%(count)d objection no longer stands: to a new announcement members object anew",
        "%(count)d objections no longer stand: to a new announcement members object anew",
        count,
    )
    page = Confirmation(
        rule="charter.recall_announcement",
        subject=charter,
        heading=_("Recall the announcement"),
        title=_("“%(title)s”, version %(version)d:") % {"title": charter.title, "version": version},
        items=[
            _("the members are notified, and can no longer read the draft"),
            _("it can be changed again; the version in force stays in force"),
            *([objections % {"count": count}] if count else []),
        ],
        label=_("Recall the announcement"),
        cancel_url=url,
        message=_("Announcement recalled"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        refusal="" if charter.announced_at else _("This draft was not announced."),
    )
    return confirm(request, page, lambda: recall_announcement(request.actor, charter))
