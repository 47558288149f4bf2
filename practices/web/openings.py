"""The secretariat reads a version that is proposed for the community, nothing else of its practice, and decides."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Organisation, Person
from alliance.web.area import SECRETARIAT
from alliance.web.confirm import Confirmation
from alliance.web.downloads import attachment
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions
from practices.audiences import audience
from practices.enums import Label
from practices.models import Opening, Practice
from practices.queries.openings import waiting_openings
from practices.queries.readers import audience_members
from practices.services import openings
from practices.services.pack_files import labelled_content
from practices.web.labelled_confirm import confirm_labelled
from practices.web.practice.content_view import ContentView
from practices.web.reader_texts import reader_sentences

_NAV = "secretariat:moderation-list"


def _get_waiting(actor: Actor, key: UUID, rule: str = "") -> Opening:
    opening: Opening = get_visible_or_404(waiting_openings(actor), actor, rule=rule, key=key)
    return opening


@require_safe
def opening(request: ActorRequest, key: UUID) -> HttpResponse:
    """A version that is proposed for the community, as it would be read, with the checklist. The access is logged."""
    row = _get_waiting(request.actor, key)
    if request.method != "HEAD":
        openings.log_opening_access(request.actor, row, "page")
    proposed = row.proposed
    context = {
        "opening": row,
        "proposed": proposed,
        "shared_at": parse_datetime(proposed["shared_at"]),
        "expires_on": parse_date(proposed["expires_on"]) if proposed["expires_on"] else None,
        "practice": _stand_in(row),
        "reading": ContentView(proposed["content"], proposed["language"]),
        "files": [
            {**file, "url": reverse("secretariat:opening-file", args=[row.key, file["key"]])}
            for file in proposed["files"]
        ],
        "authors": _authors(request.actor, proposed["authors"]),
        "labels": [Label(row.proposed["label"]), Label.GREEN],
        "readers": _readers(row),
        **permissions(request.actor, row, may_moderate="opening.share"),
        "nav": _NAV,
    }
    return render(request, "practices/opening.html", context)


def _stand_in(row: Opening) -> Practice:
    """For the templates of a practice's content: whose it is and its language, and no record behind it."""
    return Practice(
        organisation=row.organisation,
        label=Label.GREEN,
        language=row.proposed["language"],
        expires_on=parse_date(row.proposed["expires_on"]) if row.proposed["expires_on"] else None,
    )


def _as_labelled(row: Opening) -> Practice:
    """For the band of a page that names the practice: the label that it has until it is opened."""
    return Practice(label=row.proposed["label"])


def _authors(actor: Actor, authors: list[list[int]]) -> list[tuple[str, str]]:
    people = Person.objects.visible_to(actor).in_bulk([person for person, _organisation in authors])
    organisations = Organisation.objects.visible_to(actor).in_bulk(
        [organisation for _person, organisation in authors]
    )
    return [(people[person].name, organisations[organisation].name) for person, organisation in authors]


def _readers(row: Opening) -> list[str]:
    return reader_sentences(audience_members(_stand_in(row), audience(Label.GREEN)))


@require_safe
def opening_file(request: ActorRequest, key: UUID, file: UUID) -> HttpResponse:
    """Download of a file of a proposed version; the download is logged for the source."""
    row = _get_waiting(request.actor, key)
    opened_file = openings.open_opening_file(request.actor, row, str(file))
    if opened_file is None:
        raise Http404
    listed, content = opened_file
    labelled = labelled_content(listed, content, row.proposed["label"])
    return attachment(labelled, listed.file_name, listed.media_type)


def opening_share(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the secretariat opens a practice to the community."""
    row = _get_waiting(request.actor, key, "opening.share")
    items = [
        *(_("readers once it is shared: %(who)s") % {"who": sentence} for sentence in _readers(row)),
        _("what you have not read stays with those who can read it now"),
        _(
            "the source and those who use or follow it are notified; what readers have seen cannot be taken back"
        ),
    ]
    page = _decision(row, "share", items, heading=_("Open to the community"), message=_("Shared"))
    return confirm_labelled(
        request, page, lambda: openings.share_opening(request.actor, row), label_of=_as_labelled(row)
    )


def opening_return(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the proposal to open a practice is returned, with a reason."""
    row = _get_waiting(request.actor, key, "opening.return")
    items = [
        _("%(name)s sees the reason, and can correct the practice and propose it again")
        % {"name": row.organisation.name},
        _("the practice stays with the readers whom it names"),
    ]
    page = _decision(row, "return", items, heading=_("Return the proposal"), message=_("Returned"))
    return confirm_labelled(
        request,
        page,
        lambda reason: openings.return_opening(request.actor, row, reason),
        ReasonForm,
        label_of=_as_labelled(row),
    )


def _decision(row: Opening, action: str, items: list[str], *, heading: str, message: str) -> Confirmation:
    return Confirmation(
        rule=f"opening.{action}",
        subject=row,
        heading=heading,
        title=_("What will happen"),
        items=items,
        label=heading,
        cancel_url=SECRETARIAT.url("opening", row.key),
        message=message,
        next_url=SECRETARIAT.url("moderation-list"),
        nav=_NAV,
        parent_title=row.proposed["content"]["title"],
    )
