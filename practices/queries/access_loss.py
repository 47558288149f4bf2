"""What of the practices an organisation leaves behind whose people lose access, and what becomes of each."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import WaitsFor
from alliance.models import Organisation
from alliance.queries.access_loss import OpenMatters
from alliance.queries.local_dates import day_of
from alliance.queries.open_item import MAX_OF_A_KIND, OpenItem
from portal.kernel.access import Actor
from practices.enums import OPEN_AFFILIATION_STATES, AdoptionState, Label, PracticeState, RequestState
from practices.models import Adoption, Affiliation, GroupMembership, Post, Practice, Request, WorkingGroup
from practices.queries.directory import leaders_of_groups
from practices.queries.discussion import discussion_route
from practices.queries.moderation import moderation_queue
from practices.queries.openings import waiting_openings
from practices.queries.titles import practices_with_titles

_MODERATED = gettext_lazy(
    "The secretariat shares or returns them as before; what is returned nobody can submit again."
)
_SHARED = gettext_lazy(
    "They stay with their readers; nobody can edit, narrow, retire or recall them, or answer for them."
)
_USES = gettext_lazy(
    "They stay readable as they were recorded last; nobody can change them or say that they ended."
)
_REQUESTS = gettext_lazy("Others can still offer and answer; nobody can accept an answer or close them.")
_QUESTIONS = gettext_lazy("Other readers can answer them; nobody of the source can.")
_LED_ALONE = gettext_lazy(
    "Nobody else leads them: bring somebody in who does, or close them. Those who are in them read the same as "
    "before."
)
_LED_WITH_OTHERS = gettext_lazy("Those who lead them beside it go on.")
_AFFILIATIONS_PAUSED = gettext_lazy(
    "Nobody reads by them as long as it is suspended; once it is reinstated they hold again, and what waits can be "
    "confirmed until its day."
)
_AFFILIATIONS_ENDED = gettext_lazy(
    "Nobody reads by them from then on, and within a day the portal ends them. With access again they have to be "
    "proposed anew."
)


def practice_matters(actor: Actor, organisation: Organisation, leaves: bool) -> list[OpenMatters]:
    """As far as the actor sees them, which of the secretariat's is what the community reads, or what names it.

    `leaves`: for good, and not suspended. A constant number of queries; at most a hundred of each kind.
    """
    alone, with_others = _led_groups(actor, organisation)
    affiliations = _affiliations(actor, organisation)
    matters = (
        (_moderated(actor, organisation), _MODERATED),
        (_shared(actor, organisation), _SHARED),
        (_uses(actor, organisation), _USES),
        (_requests(actor, organisation), _REQUESTS),
        (_questions(actor, organisation), _QUESTIONS),
        (alone, _LED_ALONE),
        (with_others, _LED_WITH_OTHERS),
        (affiliations, _AFFILIATIONS_ENDED if leaves else _AFFILIATIONS_PAUSED),
    )
    return [OpenMatters(items[0].kinds, str(outcome), items) for items, outcome in matters if items]


def _item(kinds: tuple[Promise, Promise], title: str, route: str, *keys: object, **facts: Any) -> OpenItem:
    """Of a kind, named once and as several of them, and the page of the secretariat where it is read."""
    url = reverse(f"secretariat:{route}", args=keys)
    return OpenItem(kinds[0], kinds[1], "lightbulb", title, url, WaitsFor.NOBODY, **facts)


def _moderated(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    kinds = gettext_lazy("Practice in moderation"), gettext_lazy("Practices in moderation")
    submitted = moderation_queue(actor).filter(organisation=organisation)[:MAX_OF_A_KIND]
    proposed = waiting_openings(actor).filter(organisation=organisation)[:MAX_OF_A_KIND]
    return [
        *(
            _item(kinds, row.draft.content["title"], "moderation", row.key, since=day_of(row.since),
                  language=row.language)
            for row in submitted
        ),
        *(
            _item(kinds, row.proposed["content"]["title"], "opening", row.key, since=day_of(row.proposed_at),
                  language=row.proposed["language"], context=(str(_("Proposed for the community")),))
            for row in proposed
        ),
    ]  # fmt: skip


def _shared(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = Practice.objects.visible_to(actor).filter(organisation=organisation, state=PracticeState.SHARED)
    titles = practices_with_titles(actor, rows.order_by("-pk").values_list("pk", flat=True)[:MAX_OF_A_KIND])
    kinds = gettext_lazy("Practice"), gettext_lazy("Practices")
    return [
        _item(kinds, title, "practice", row.key, language=row.language, context=(Label(row.label).label,))
        for row, title in titles.values()
    ]


def _uses(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    kinds = gettext_lazy("Use of a practice"), gettext_lazy("Uses of practices")
    rows = Adoption.objects.visible_to(actor).filter(organisation=organisation, replaced_at=None)
    rows = rows.exclude(state=AdoptionState.DISCONTINUED).select_related("service").order_by("-pk")
    adoptions = list(rows[:MAX_OF_A_KIND])
    titles = practices_with_titles(actor, [row.practice_id for row in adoptions])
    return [
        _item(kinds, title, "practice-uses", practice.key, language=practice.language,
              context=(str(row.get_state_display()), row.service.name if row.service else "",
                       Label(row.handling_label).label))
        for row in adoptions
        if row.practice_id in titles
        for practice, title in (titles[row.practice_id],)
    ]  # fmt: skip


def _requests(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    kinds = gettext_lazy("Request for a practice"), gettext_lazy("Requests for practices")
    rows = Request.objects.visible_to(actor).filter(organisation=organisation)
    rows = rows.exclude(state=RequestState.CLOSED).order_by("-pk")
    return [
        _item(kinds, row.title, "request", row.key, since=day_of(row.asked_at), language=row.language,
              context=(str(row.get_state_display()), Label(row.label).label))
        for row in rows[:MAX_OF_A_KIND]
    ]  # fmt: skip


def _questions(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    """Those of others, below its practices and requests, that nobody has answered."""
    kinds = gettext_lazy("Question about a practice"), gettext_lazy("Questions about practices")
    posts = Post.objects.visible_to(actor)
    answers = posts.filter(parent=OuterRef("pk"), removed_at__isnull=True)
    of_its = Q(practice__organisation=organisation) | Q(request__organisation=organisation)
    rows = posts.filter(of_its, ~Exists(answers), parent=None, removed_at__isnull=True)
    rows = rows.exclude(organisation=organisation).select_related("organisation", "practice", "request")
    return [
        _item(kinds, row.text, discussion_route(row.subject), row.subject.key, since=day_of(row.posted_at),
              language=row.language, context=(row.organisation.name, Label(row.subject.label).label))
        for row in rows.order_by("-pk")[:MAX_OF_A_KIND]
    ]  # fmt: skip


def _led_groups(actor: Actor, organisation: Organisation) -> tuple[list[OpenItem], list[OpenItem]]:
    """The open groups that its people lead: those that nobody else leads, and the others."""
    kinds = gettext_lazy("Working group"), gettext_lazy("Working groups")
    leading = GroupMembership.objects.visible_to(actor).filter(
        organisation=organisation, leads=True, ended_at__isnull=True
    )
    rows = WorkingGroup.objects.visible_to(actor).filter(closed_at=None, pk__in=leading.values("group"))
    groups = list(rows.order_by("-pk")[:MAX_OF_A_KIND])
    leaders = leaders_of_groups([row.pk for row in groups])
    alone: list[OpenItem] = []
    with_others: list[OpenItem] = []
    for row in groups:
        others = [each for each in leaders[row.pk] if each.organisation != organisation]
        item = _item(kinds, row.name, "group", row.key, context=tuple(each.name for each in others))
        (with_others if others else alone).append(item)
    return alone, with_others


def _affiliations(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    kinds = gettext_lazy("Affiliation"), gettext_lazy("Affiliations")
    sides = Q(organisation=organisation) | Q(affiliate=organisation)
    rows = Affiliation.objects.visible_to(actor).filter(sides, state__in=OPEN_AFFILIATION_STATES)
    rows = rows.select_related("organisation", "affiliate").order_by("-pk")
    return [
        _item(kinds, f"{row.affiliate.name} → {row.organisation.name}", "affiliation", row.key,
              context=(str(row.get_state_display()),))
        for row in rows[:MAX_OF_A_KIND]
    ]  # fmt: skip
