"""Applications for membership: the list of the secretariat, one of them, and what speaks for an organisation known."""

from django.db.models import Count, QuerySet

from alliance.enums import ApplicationState
from alliance.models import ApplicationEntry, MembershipApplication, Organisation
from portal.kernel.access import Actor

WAITING_STATES = (ApplicationState.OPEN, ApplicationState.ASKED)
VIEWS: dict[str, tuple[ApplicationState, ...]] = {
    "waiting": WAITING_STATES,
    "declined": (ApplicationState.DECLINED, ApplicationState.WITHDRAWN),
    "admitted": (ApplicationState.ADMITTED,),
    "unconfirmed": (ApplicationState.UNCONFIRMED,),
}


def applications(actor: Actor, view: str) -> QuerySet[MembershipApplication]:
    """Those of one view; what waits longest first, elsewhere the latest."""
    rows = MembershipApplication.objects.visible_to(actor).filter(state__in=VIEWS[view])
    ordered: QuerySet[MembershipApplication] = rows.order_by("pk" if view == "waiting" else "-pk")
    return ordered


def application_counts(actor: Actor) -> dict[str, int]:
    """How many there are in each view. One query."""
    rows = MembershipApplication.objects.visible_to(actor).order_by().values("state").annotate(n=Count("pk"))
    by_state = {row["state"]: row["n"] for row in rows}
    return {view: sum(by_state.get(state, 0) for state in states) for view, states in VIEWS.items()}


def open_application_count(actor: Actor) -> int:
    """How many wait for the secretariat. One query."""
    return MembershipApplication.objects.visible_to(actor).filter(state=ApplicationState.OPEN).count()


def entries_of(actor: Actor, application: MembershipApplication) -> list[ApplicationEntry]:
    """What was asked and answered, in order. One query."""
    rows = ApplicationEntry.objects.visible_to(actor).filter(application=application)
    return list(rows.select_related("written_by"))


def namesakes(actor: Actor, application: MembershipApplication) -> list[Organisation]:
    """Other organisations that bear this name: perhaps it is here already. One query."""
    rows = Organisation.objects.visible_to(actor).exclude(pk=application.organisation_id)
    matching = rows.filter(name_en__iexact=application.name) | rows.filter(name_ru__iexact=application.name)
    return list(matching.distinct()[:5])


def application_of(actor: Actor, organisation: Organisation) -> MembershipApplication | None:
    """The application by which an organisation was admitted, the latest; None where there was none. One query."""
    rows = MembershipApplication.objects.visible_to(actor).filter(organisation=organisation)
    latest: MembershipApplication | None = rows.select_related("decided_by").order_by("-pk").first()
    return latest
