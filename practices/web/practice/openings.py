"""Proposing that a practice of named readers is opened to the community, and withdrawing that."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest
from practices.audiences import audience
from practices.enums import Label, OpeningState
from practices.models import Opening, Practice, Version
from practices.queries.openings import LeftBehind, last_opening, left_behind
from practices.queries.practices import latest_version
from practices.queries.readers import audience_members
from practices.services import openings
from practices.web.labelled_confirm import confirm_labelled
from practices.web.objects import get_practice
from practices.web.practice.confirmations import step_confirmation
from practices.web.reader_texts import reader_sentences


def practice_open(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a signatory proposes to open a practice: what goes along, and what stays behind."""
    practice = get_practice(request.actor, key, "opening.propose")
    latest = latest_version(request.actor, practice)
    items = list(_consequences(request, practice, latest)) if latest else []
    confirmation = step_confirmation(
        request.actor,
        practice,
        "open",
        _("Open to the community"),
        _("What will happen"),
        items,
        rule="opening.propose",
        label=_("Propose it to the secretariat"),
        message=_("Waiting for the secretariat"),
        refusal=openings.opening_blocking_reason(practice),
    )
    return confirm_labelled(request, confirmation, lambda: openings.propose_opening(request.actor, practice))


def _consequences(request: ActorRequest, practice: Practice, latest: Version) -> Iterator[str]:
    yield _(
        "the secretariat reads version %(number)d of %(day)s: its text, its note on what changed, its files and the "
        "names of its authors; it reads nothing else of the practice"
    ) % {"number": latest.number, "day": format_date(latest.shared_at)}
    for sentence in reader_sentences(audience_members(practice, audience(Label.GREEN))):
        yield _("readers once it is shared: %(who)s") % {"who": sentence}
    rest = ", ".join(_rest(left_behind(request.actor, practice, latest)))
    if rest:
        yield _("this stays with those who can read it now: %(rest)s") % {"rest": rest}
    yield _("uses stay with them too, until each organisation chooses the readers of its use again")
    yield _("from then on the practice names no reader, and every next version is moderated")
    yield _("a next version or other readers end the proposal; you can withdraw it at any time")
    yield _("what the community has read cannot be taken back")


def _rest(rest: LeftBehind) -> Iterator[str]:
    """What stays behind, counted: of each kind as many as this reader sees."""
    if rest.versions:
        numbers = ", ".join(map(str, rest.versions))
        text = ngettext("version %(numbers)s", "versions %(numbers)s", len(rest.versions))
        yield text % {"numbers": numbers}
    counts = (
        (rest.files, ngettext("%(n)d earlier file", "%(n)d earlier files", rest.files)),
        (rest.posts, ngettext("%(n)d message", "%(n)d messages", rest.posts)),
        (rest.uses, ngettext("%(n)d use with its results", "%(n)d uses with their results", rest.uses)),
        (rest.translations, ngettext("%(n)d translation", "%(n)d translations", rest.translations)),
        (rest.runs, ngettext("%(n)d run", "%(n)d runs", rest.runs)),
        (
            rest.relations,
            ngettext("%(n)d link to another practice", "%(n)d links to other practices", rest.relations),
        ),
        (rest.reactions, ngettext("%(n)d reaction", "%(n)d reactions", rest.reactions)),
    )
    yield from (text % {"n": number} for number, text in counts if number)


def practice_take_back_opening(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the proposal to open a practice is withdrawn."""
    practice = get_practice(request.actor, key, "practice.edit")
    opening = last_opening(request.actor, practice)
    waits = opening is not None and opening.state == OpeningState.PROPOSED
    confirmation = step_confirmation(
        request.actor,
        practice,
        "edit",
        _("Withdraw the proposal"),
        _("What will happen"),
        [
            _("the practice stays with the readers whom it names"),
            _("the secretariat may have read it already; no one else has"),
        ],
        message=_("Proposal withdrawn"),
        refusal="" if waits else _("It is no longer waiting: it was decided or withdrawn."),
    )
    return confirm_labelled(request, confirmation, lambda: _take_back(request, opening))


def _take_back(request: ActorRequest, opening: Opening | None) -> None:
    if opening is not None:
        openings.take_back_opening(request.actor, opening)
