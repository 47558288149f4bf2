"""The practices of one's own organisation, by state and next step."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.kernel.web import ActorRequest, permissions
from practices.enums import PracticeState
from practices.models import Practice
from practices.queries.progress import lacks_expiry, lacks_readers, progress_of

_SECTIONS = (
    (PracticeState.DRAFT, gettext_lazy("Drafts")),
    (PracticeState.IN_MODERATION, gettext_lazy("Waiting for the secretariat")),
    (PracticeState.SHARED, gettext_lazy("Shared practices")),
    (PracticeState.RETIRED, gettext_lazy("Retired practices")),
    (PracticeState.RECALLED, gettext_lazy("Recalled practices")),
)


@require_safe
def practice_ours(request: ActorRequest) -> HttpResponse:
    """List of the organisation's practices by state; drafts with what is missing."""
    actor = request.actor
    rows = Practice.objects.visible_to(actor).filter(organisation_id=actor.tenant_id)
    practices = list(rows.select_related("draft", "draft__updated_by").order_by("-draft__updated_at"))
    for row in practices:
        row.next = _next_action(row)
    sections = [
        (state, title, [row for row in practices if row.state == state]) for state, title in _SECTIONS
    ]
    context = {
        "sections": [section for section in sections if section[2]],
        "empty": not practices,
        **permissions(actor, may_draft="practice.draft"),
        "nav": "workspace:practice-list",
    }
    return render(request, "practices/practice_ours.html", context)


def _next_action(practice: Practice) -> str:
    """What there is to do, in a sentence."""
    if practice.state != PracticeState.DRAFT:
        return ""
    missing = [str(field.title) for group in progress_of(practice.draft) for field in group.missing]
    if missing:
        return f"{_('Still missing:')} {', '.join(_('“%(words)s”') % {'words': title} for title in missing)}."
    if lacks_expiry(practice, practice.draft):
        return _("Enter the date until which the alert is valid.")
    if lacks_readers(practice):
        return _("Choose who may read it.")
    return _("Everything is complete: check it and submit it.")
