"""Applications for membership: the list of the secretariat, one of them, and what speaks for an organisation known."""

from itertools import islice

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import ApplicationEntryKind, ApplicationState
from alliance.models import ApplicationEntry, MembershipApplication, Organisation
from alliance.validators.supporter_names import name_key
from portal.kernel.access import Actor
from portal.kernel.text import format_moment

_MOST_ALIKE = 5
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


def _last_entry(actor: Actor, application: MembershipApplication) -> ApplicationEntry | None:
    rows = ApplicationEntry.objects.visible_to(actor).filter(application=application)
    entry: ApplicationEntry | None = rows.select_related("written_by").last()
    return entry


def shown_application(actor: Actor, application: MembershipApplication) -> str:
    """What a page has shown of it, in short: another text once something was asked, answered or decided since.

    One query.
    """
    entry, decided_at = _last_entry(actor, application), application.decided_at
    return f"{application.state}:{entry.pk if entry else 0}:{decided_at.isoformat() if decided_at else ''}"


def changed_since(actor: Actor, application: MembershipApplication, seen: str) -> list[str]:
    """What was done about it last, by whom and when, for who has seen it as `shown_application` had it. One query."""
    at = format_moment(application.decided_at)
    if application.state == ApplicationState.WITHDRAWN:
        return [_("Since then the applicant has withdrawn it, on %(at)s.") % {"at": at}]
    entry = _last_entry(actor, application)
    decided_by, decided_at = application.decided_by, application.decided_at
    if decided_by and decided_at and not (entry and entry.written_at > decided_at):
        facts = {"name": decided_by.name, "at": at}
        if application.state == ApplicationState.ADMITTED:
            return [_("Since then %(name)s has admitted it, on %(at)s.") % facts]
        declined = _("Since then %(name)s has declined it, on %(at)s: “%(reason)s”")
        sentences = [declined % {**facts, "reason": application.decision_reason}]
        if seen.endswith(decided_at.isoformat()):
            sentences = []
        if application.state != ApplicationState.DECLINED:
            sentences.append(_("Since then it was taken up again."))
        return sentences
    if entry is None:
        return []
    sentence = (
        _("Since then the applicant has answered, on %(at)s: “%(text)s”")
        if entry.kind == ApplicationEntryKind.ANSWER
        else _("Since then %(name)s has asked the applicant, on %(at)s: “%(text)s”")
    )
    name = entry.written_by.name if entry.written_by else ""
    return [sentence % {"name": name, "at": format_moment(entry.written_at), "text": entry.text}]


def namesakes(actor: Actor, application: MembershipApplication) -> list[Organisation]:
    """Other organisations that bear this name, in whichever alphabet and legal form: perhaps it is here. One query."""
    rows = Organisation.objects.visible_to(actor).exclude(pk=application.organisation_id).order_by("pk")
    key = name_key(application.name)
    alike = (row for row in rows if key in (name_key(row.name_en), name_key(row.name_ru)))
    return list(islice(alike, _MOST_ALIKE))


def other_applications(actor: Actor, application: MembershipApplication) -> list[MembershipApplication]:
    """Those under the same name, without withdrawn ones, the latest first: perhaps a colleague applied. One query."""
    rows = MembershipApplication.objects.visible_to(actor).exclude(pk=application.pk).order_by("-pk")
    key = name_key(application.name)
    alike = (row for row in rows.exclude(state=ApplicationState.WITHDRAWN) if name_key(row.name) == key)
    return list(islice(alike, _MOST_ALIKE))


def application_of(actor: Actor, organisation: Organisation) -> MembershipApplication | None:
    """The application by which an organisation was admitted, the latest; None where there was none. One query."""
    rows = MembershipApplication.objects.visible_to(actor).filter(organisation=organisation)
    latest: MembershipApplication | None = rows.select_related("decided_by").order_by("-pk").first()
    return latest
