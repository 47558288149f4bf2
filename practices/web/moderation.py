"""The secretariat reads what is meant for the community or for everybody, and shares it or returns it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.web.area import SECRETARIAT
from alliance.web.confirm import Confirmation
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import Actor
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest, StrictForm, get_visible_or_404, paginate, permissions
from practices.audiences import audience
from practices.diff import compare
from practices.enums import OPEN_LABELS, PracticeKind, PracticeState
from practices.models import Attachment, Practice
from practices.queries.moderation import moderation_queue
from practices.queries.openings import waiting_openings
from practices.queries.practices import latest_version
from practices.queries.readers import audience_members
from practices.queries.translations import waiting_translations
from practices.services import practices, updates
from practices.services.versions import attachment_entry
from practices.web.labelled_confirm import confirm_labelled
from practices.web.practice.content_view import ContentView, key_labeller
from practices.web.practice.views import files_of
from practices.web.reader_texts import reader_sentences

_NAV = "secretariat:moderation-list"


@require_safe
def moderation_list(request: ActorRequest) -> HttpResponse:
    """List of practices that wait for moderation, oldest first."""
    page = paginate(moderation_queue(request.actor), request)
    for row in page:
        row.kind = PracticeKind(row.draft.content["kind"]).label if row.draft.content.get("kind") else ""
    context = {
        "page": page,
        "openings": waiting_openings(request.actor),
        "translations": waiting_translations(request.actor),
        **permissions(request.actor, may_moderate="practice.share"),
        "nav": _NAV,
    }
    return render(request, "practices/moderation_list.html", context)


def get_submitted_practice(actor: Actor, key: UUID) -> Practice:
    """What waits under this key; 404 when it does not wait, or is not the secretariat's to read."""
    practice: Practice = get_visible_or_404(moderation_queue(actor), actor, key=key)
    return practice


@require_safe
def moderation(request: ActorRequest, key: UUID) -> HttpResponse:
    """One practice in moderation as its readers will see it, with the checklist."""
    actor = request.actor
    practice = get_submitted_practice(actor, key)
    version = latest_version(actor, practice)
    files = Attachment.objects.visible_to(actor).filter(practice=practice, removed_at__isnull=True)
    changes = []
    if version:
        changes = compare(
            version.content,
            practice.draft.content,
            old_files=version.attachments,
            new_files=[attachment_entry(file) for file in files],
            name=key_labeller(),
        )
    context = {
        "practice": practice,
        "draft": practice.draft,
        "version": version,
        "changes": changes,
        "reading": ContentView(practice.draft.content, practice.language),
        "files": files_of(practice, map(attachment_entry, files), "secretariat"),
        "authors": practice.authors.visible_to(actor).select_related("person", "organisation"),
        "label": _label_once_shared(practice),
        "readers": reader_sentences(_readers_once_shared(practice)),
        **permissions(actor, practice, may_moderate="practice.share"),
        "nav": _NAV,
    }
    return render(request, "practices/moderation.html", context)


def _label_once_shared(practice: Practice) -> str:
    return practice.draft.proposed_label or practice.label


def _readers_once_shared(practice: Practice) -> Any:
    """Who reads it once it is shared."""
    return audience_members(practice, audience(_label_once_shared(practice)))


class ReadVersionForm(StrictForm):
    """Which version of the working copy a moderator has read, so that no other one is shared."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def practice_share(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the secretariat shares a practice or its next version: who will read it."""
    practice = _get_practice_to_decide(request, key, "practice.share")
    is_next = practice.state == PracticeState.SHARED
    refusal = _no_longer_waiting_reason(request.actor, practice)
    items = (
        []
        if refusal
        else [
            *(
                _("readers once it is shared: %(who)s") % {"who": sentence}
                for sentence in reader_sentences(_readers_once_shared(practice))
            ),
            _("the source is notified; what readers have seen cannot be taken back"),
        ]
    )
    page = Confirmation(
        rule="practice.share_update" if is_next else "practice.share",
        subject=practice,
        heading=_("Share the next version") if is_next else _("Share the practice"),
        title=_("What will happen"),
        items=items,
        label=_("Share the practice"),
        cancel_url=SECRETARIAT.url("moderation", key),
        message=_("Shared"),
        next_url=SECRETARIAT.url("moderation-list"),
        nav=_NAV,
        refusal=refusal,
    )
    act = updates.share_update if is_next else practices.share_practice
    read = request.GET.get("version", "")
    now = "" if refusal else practice.draft.version
    initial: dict[str, object] = {"version": now if whole_number(read) is None else read}
    return confirm_labelled(
        request, page, lambda version: act(request.actor, practice, version=version), ReadVersionForm, initial
    )


def practice_return(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a practice or its next version is returned, with a reason."""
    practice = _get_practice_to_decide(request, key, "practice.return")
    is_next = practice.state == PracticeState.SHARED
    items = [
        _("%(name)s sees the reason, and can correct the practice and submit it again")
        % {"name": practice.organisation.name},
        _("the current version stays") if is_next else _("no one else can read it"),
    ]
    page = Confirmation(
        rule="practice.return_update" if is_next else "practice.return",
        subject=practice,
        heading=_("Return the next version") if is_next else _("Return the practice"),
        title=_("What will happen"),
        items=items,
        label=_("Return"),
        cancel_url=SECRETARIAT.url("moderation", key),
        message=_("Returned"),
        next_url=SECRETARIAT.url("moderation-list"),
        nav=_NAV,
        refusal=_no_longer_waiting_reason(request.actor, practice),
    )
    act = updates.return_update if is_next else practices.return_practice
    return confirm_labelled(request, page, lambda reason: act(request.actor, practice, reason), ReasonForm)


def _get_practice_to_decide(request: ActorRequest, key: UUID, rule: str) -> Practice:
    """What is decided on: it may wait no more, which the page then says."""
    practice: Practice = get_visible_or_404(
        Practice.objects.select_related("organisation"),
        request.actor,
        rule=rule,
        key=key,
        label__in=OPEN_LABELS,
    )
    return practice


def _no_longer_waiting_reason(actor: Actor, practice: Practice) -> str:
    waits = practice.state == PracticeState.IN_MODERATION
    if practice.state == PracticeState.SHARED:
        rows = Practice.objects.visible_to(actor).filter(pk=practice.pk, draft__proposed_at__isnull=False)
        waits = rows.exists()
    return "" if waits else _("It is no longer waiting: it was decided or withdrawn.")
