"""What upper layers register: notices, how recipients are found, who is notified of dead addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from portal.kernel import text
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.mail import AddressFault
from portal.kernel.notices.mornings import DEFAULT_MORNING_HOUR, Timing, zone_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, as who they act, and how to reach them; `reachable` is False when their address takes no mail.

    Their mornings begin at `morning_hour` in their `time_zone`; where it is empty, in the portal's. Who acts for
    several tenants reads in the subject for which one a letter is: by `tenant.name`, in the language that is active.
    """

    person_id: int
    tenant_id: int
    email: str
    name: str
    language: str
    actor: Actor
    reachable: bool = True
    time_format: str = text.CLOCK_24
    time_zone: str = ""
    morning_hour: int = DEFAULT_MORNING_HOUR
    tenant: Any = None
    acts_for_several: bool = False

    @property
    def zone(self) -> tzinfo:
        """The time zone that they live by."""
        return zone_of(self.time_zone)


CompulsoryReason = Callable[[Event, Recipient], str]


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of an event kind: its `recipients`, and the `context` that a recipient's actor may read, or None.

    `template` is the one file of its letter; the items of inbox and digest are its block `subject`.
    The context's `url` is the path of the page that the message leads to; its `label`, where there is one, is
    what the message bears. The subject `quotes` these of its values (`thing.name`), stored with the item. What
    must not stay readable when visibility ends is not stored: `name_lookup` gives it anew, by event id, whenever
    the item is read, if its reader may see it. Unless `names_in_letters`, it is in items alone; where letters leave the
    portal with less than the inbox shows, `letter_name_lookup` gives what they may name. What is only
    worth an inbox item is not sent `by_email`. People choose the pace of its letters by its `group`, or by its
    `host_group` where they act for the host. What is `shared` depends on the tenant alone: for many recipients, it is
    asked once for each tenant, by somebody there without a name and without a role. Where `timing` says
    one, its letter waits for the recipient's working morning, and comes in one letter with what else waits for it.
    For whom it is `compulsory` it comes at once, whatever they chose: a part of a sentence says why, in the language
    that is active; empty for all others. Where its context has a `reply_to`, a reply by mail goes there.
    """

    kind: str
    template: str
    recipients: Callable[[Event], Iterable[Recipient]]
    context: Callable[[Actor, Event], Mapping[str, Any] | None]
    quotes: tuple[str, ...] = ()
    by_email: bool = True
    name_lookup: Callable[[Actor, Sequence[Event]], Mapping[int, Mapping[str, Any]]] | None = None
    names_in_letters: bool = True
    letter_name_lookup: Callable[[Actor, Sequence[Event]], Mapping[int, Mapping[str, Any]]] | None = None
    group: str = ""
    host_group: str = ""
    shared: bool = False
    timing: Callable[[Event], Timing | None] | None = None
    compulsory: CompulsoryReason | None = None

    def reader(self, actor: Actor) -> Actor:
        """The actor that the item of this recipient is written for: what only a person may see is not shared."""
        if not self.shared:
            return actor
        return replace(actor, person_id=None, roles=frozenset(), conflicts=frozenset())

    def names_for(self, actor: Actor, events: Sequence[Event]) -> Mapping[int, Mapping[str, Any]]:
        """The names of these events' subjects that a letter to the actor may bear now."""
        lookup = self.letter_name_lookup or self.name_lookup
        return lookup(actor, events) if lookup else {}

    def compulsory_reason(self, event: Event, recipient: Recipient) -> str:
        """Why this recipient cannot turn this letter off; empty where they can. Asked as the portal itself."""
        if self.compulsory is None:
            return ""
        with acting_as(SYSTEM):
            return self.compulsory(event, recipient)

    def group_for(self, actor: Actor) -> str:
        """The key of the group under which this recipient gets it."""
        return self.group_at(actor.is_host)

    def group_at(self, host: bool) -> str:
        """The key of the group for those who act for the host, or for all others."""
        return self.host_group if host and self.host_group else self.group


RecipientSource = Callable[[Iterable[tuple[int, int]]], Sequence[Recipient]]
AddressFaultHandler = Callable[
    [int, str, AddressFault], object
]  # a person, the print of the address, what is wrong

ComplainantHandler = Callable[[int, str], object]  # a person, the print of the address

_NOTICES: dict[str, Notice] = {}
_RECIPIENT_SOURCE: list[RecipientSource] = []
_FAULT_HANDLERS: list[AddressFaultHandler] = []
_COMPLAINANT_HANDLERS: list[ComplainantHandler] = []


def register(*notices: Notice) -> None:
    _NOTICES.update({notice.kind: notice for notice in notices})


def notice_kinds() -> list[str]:
    return sorted(_NOTICES)


def notice_of(kind: str) -> Notice:
    return _NOTICES[kind]


def find_notice(kind: str) -> Notice | None:
    """The notice of an event kind; None when nobody is notified of such events (any more)."""
    return _NOTICES.get(kind)


def event_kinds_in(group: str) -> list[str]:
    """The event kinds whose notices belong to this group."""
    return [kind for kind, notice in _NOTICES.items() if group in (notice.group, notice.host_group)]


def register_recipient_source(source: RecipientSource) -> None:
    """Name the function that finds recipients by person and tenant, without those who have no access any more."""
    _RECIPIENT_SOURCE[:] = [source]


def find_recipient(person_id: int, tenant_id: int) -> Recipient | None:
    """The recipient; None when they have no access any more."""
    return next(iter(find_recipients([(person_id, tenant_id)])), None)


def find_recipients(pairs: Iterable[tuple[int, int]]) -> Sequence[Recipient]:
    """Those of them who have access now, in as many queries for many as for one."""
    return _RECIPIENT_SOURCE[0](pairs)


def register_fault_handler(handler: AddressFaultHandler) -> None:
    """Name the function that notes that an address takes no mail for good."""
    _FAULT_HANDLERS[:] = [handler]


def handle_address_fault(person_id: int, fingerprint: str, fault: AddressFault) -> None:
    for note in _FAULT_HANDLERS:
        note(person_id, fingerprint, fault)


def register_complainant_handler(handler: ComplainantHandler) -> None:
    """Name the function that notes that a person has marked a letter as spam."""
    _COMPLAINANT_HANDLERS[:] = [handler]


def handle_complaint(person_id: int, fingerprint: str) -> None:
    for note in _COMPLAINANT_HANDLERS:
        note(person_id, fingerprint)
