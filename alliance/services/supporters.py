"""Named writes on supporters: accede, confirm, change, end by a signed link; the secretariat hides, ends, merges."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import SupporterKind, SupporterState, TextKind
from alliance.models import Organisation, Supporter, SupporterContact
from alliance.queries.last_edits import edited_meanwhile, refuse_other_values
from alliance.queries.local_dates import today
from alliance.queries.public.supporters import region_spellings
from alliance.queries.site import load_site
from alliance.queries.supporters import MergedContacts, likely_twin_of, supporters_charter
from alliance.services.search_site import refresh_supporters
from alliance.services.supporter_keys import set_keys
from alliance.services.supporter_links import (
    CONFIRM_WITHIN_DAYS,
    USE_WITHIN_DAYS,
    contacts_with_link,
    send_link,
)
from alliance.services.texts import text_to_agree_to
from alliance.validators.supporter_names import in_latin
from alliance.workflows import SUPPORTER
from portal.kernel import clock, journal
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as, require, tenant_of
from portal.kernel.database import lock_name
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import touch_public_revision_soon
from portal.kernel.text import clean_name, clean_optional_name, require_reason


@dataclass(frozen=True, slots=True)
class SupporterFacts:
    """What the directory says of a supporter."""

    name: str
    kind: str
    region: str
    town: str = ""
    website: str = ""

    @classmethod
    def of(cls, supporter: Supporter) -> "SupporterFacts":
        return cls(**{field.name: getattr(supporter, field.name) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who accedes for an organisation, and where its letters go: never public."""

    email: str
    name: str = ""
    office: str = ""
    language: str = "en"


# --- From the public form and by the link in a letter: everybody, as SYSTEM ------------------------------------


def accede(facts: SupporterFacts, signatory: Signatory, *, consent_revision: int) -> None:
    """Send a link to confirm the accession to the charter that is open to supporters; nothing is public before.

    The same organisation with the same e-mail has one entry: one that waits is written anew and gets a new link, one
    in the directory gets the link to change it. Raises DomainError while no charter is open, when the text of the
    agreement has changed since `consent_revision`, or of a name.
    """
    with acting_as(SYSTEM):
        charter = supporters_charter(load_site())
        if charter is None:
            raise DomainError(_("No charter is open to supporters now."))
        consent = text_to_agree_to(TextKind.SUPPORTER, consent_revision)
        supporter = Supporter(charter=charter, acceded_on=today(), **_cleaned(facts))
        set_keys(supporter)
        _lock_address(signatory.email)
        contact = _earlier_contact(supporter, signatory.email)
        if contact is not None and contact.supporter.state != SupporterState.UNCONFIRMED:
            send_link(contact, days=USE_WITHIN_DAYS)
            return
        if contact is not None:
            earlier = contact.supporter
            supporter.pk, supporter.created_at = earlier.pk, earlier.created_at
            if earlier.import_number:  # it has acceded before: by what somebody vouched for
                supporter.acceded_on, supporter.import_number = earlier.acceded_on, earlier.import_number
        supporter.likely_twin = likely_twin_of(supporter, signatory.email)
        supporter.save()
        contact = SupporterContact(
            supporter=supporter, consent_revision=consent.revision, **_cleaned_signatory(signatory)
        )
        send_link(contact, days=CONFIRM_WITHIN_DAYS)


def ask_for_link(email: str) -> None:
    """Send to this address a link for each entry that has it, at most ten; for an unknown address do nothing."""
    with acting_as(SYSTEM):
        _lock_address(email)
        rows = SupporterContact.objects.select_related("supporter").exclude(
            supporter__state=SupporterState.ENDED
        )
        for contact in rows.filter(email__iexact=email.strip()).order_by("pk")[:_MOST_LINKS]:
            waits = contact.supporter.state == SupporterState.UNCONFIRMED
            send_link(contact, days=CONFIRM_WITHIN_DAYS if waits else USE_WITHIN_DAYS)


def confirm_supporter(token: str, *, consent_revision: int | None = None) -> Supporter:
    """Put the entry into the directory, by the link in its letter; it may be there already under another entry.

    Entries that wait are nobody's likely twin: the one that is confirmed last finds the other. An entry that was
    imported agrees now, to `consent_revision` of the text; from then on taking the import back does not end it. Raises
    WrongState for a link that is not valid, or DomainError without that agreement or when the text has changed.
    """
    with acting_as(SYSTEM):
        contact = _contact_of(token)
        waiting = contact.supporter
        if waiting.state != SupporterState.UNCONFIRMED:
            return waiting
        _lock_confirmations()
        if contact.consent_revision is None:
            if consent_revision is None:
                raise DomainError(_("Without this agreement nobody can accede."), field="agreed")
            contact.consent_revision = text_to_agree_to(TextKind.SUPPORTER, consent_revision).revision
        # who has agreed has acceded by itself: taking an import back does not end that
        twin = waiting.likely_twin or likely_twin_of(waiting, contact.email)
        changes: dict[str, object] = {"likely_twin": twin, "import_number": None}
        supporter = SUPPORTER.apply(SYSTEM, waiting, "confirm", changes=changes)
        contact.confirmed_at = clock.now()
        contact.save(update_fields=["confirmed_at", "consent_revision"])
        _show([supporter])
        return supporter


def change_by_link(token: str, facts: SupporterFacts, *, seen: str | None = None) -> Supporter:
    """Change what the directory says, by the link in a letter.

    `seen` as of `correct_supporter`. Raises WrongState for a link that is not valid, or Conflict, which names nobody.
    """
    with acting_as(SYSTEM):
        supporter = _contact_of(token).supporter
        return _write_facts(SYSTEM, supporter, facts, seen)


def entry_merged_into(pk: int) -> int | None:
    """The entry in the directory with which this one was merged, over several steps; None for any other."""
    with acting_as(SYSTEM):
        entry = Supporter.objects.filter(pk=pk).first()
        while entry is not None and entry.merged_into_id is not None:
            entry = Supporter.objects.filter(pk=entry.merged_into_id).first()
    return entry.pk if entry is not None and entry.state == SupporterState.LISTED else None


def end_by_link(token: str) -> Supporter:
    """End the accession, by the link in a letter: the entry leaves the directory, its e-mail is erased at once.

    Raises WrongState for a link that is not valid.
    """
    with acting_as(SYSTEM):
        contact = _contact_of(token)
        ended = SUPPORTER.apply(SYSTEM, contact.supporter, "end", changes={"ended_on": today()})
        contact.delete()
        _show([ended])
        return ended


_MOST_LINKS = 10  # letters for one asking


def _contact_of(token: str) -> SupporterContact:
    contact = contacts_with_link(token).select_for_update(of=("self",)).first()
    if contact is None:
        raise WrongState(_("This link is no longer valid. Ask for a new one."))
    contact.supporter.refresh_from_db()  # whoever held the lock may have changed it
    return contact


def _earlier_contact(supporter: Supporter, email: str) -> SupporterContact | None:
    """The contact of an entry of the same body with the same address that has not ended, locked with the entry.

    A confirmation at the same moment is seen, so that no public entry is written anew.
    """
    rows = SupporterContact.objects.select_related("supporter").select_for_update(of=("self", "supporter"))
    return (
        rows.exclude(supporter__state=SupporterState.ENDED)
        .filter(
            email__iexact=email.strip(),
            supporter__name_key=supporter.name_key,
            supporter__charter__key=supporter.charter.key,
        )
        .first()
    )


def _lock_address(email: str) -> None:
    """Until the end of the transaction nobody else makes an entry with this address."""
    _lock(f"supporter:{email.strip().lower()}")


def _lock_confirmations() -> None:
    """Until the end of the transaction no other entry is confirmed: of two at once one finds the other."""
    _lock("supporter-confirmations")


def _lock(key: str) -> None:
    lock_name(key)


# --- By the secretariat ----------------------------------------------------------------------------------------


@transaction.atomic
def hide_supporter(actor: Actor, supporter: Supporter, reason: str) -> Supporter:
    """Take the entry out of the directory for now; the supporter is sent the reason.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    return _step(actor, supporter, "hide", {"state_reason": require_reason(reason)})


@transaction.atomic
def show_supporter(actor: Actor, supporter: Supporter) -> Supporter:
    """Put a hidden entry back into the directory; the supporter is notified. Raises Forbidden or WrongState."""
    return _step(actor, supporter, "show", {"state_reason": ""})


@transaction.atomic
def end_supporter(actor: Actor, supporter: Supporter, reason: str) -> Supporter:
    """End the accession for good; the supporter is sent the reason.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    return _step(actor, supporter, "end", {"state_reason": require_reason(reason), "ended_on": today()})


@transaction.atomic
def correct_supporter(
    actor: Actor, supporter: Supporter, facts: SupporterFacts, *, seen: str | None = None
) -> Supporter:
    """Correct what the directory says.

    `seen`: the key of the `SupporterFacts` that the actor has seen, None for any. Raises Forbidden, WrongState once it
    has ended, Conflict when it was changed in between, or the DomainError of a name.
    """
    require(actor, "supporter.correct", supporter)
    return _write_facts(actor, supporter, facts, seen)


@transaction.atomic
def keep_apart(actor: Actor, supporter: Supporter) -> Supporter:
    """Decide that the entry and its likely twin are two organisations. Raises Forbidden, or WrongState without one."""
    locked = Supporter.objects.select_for_update(of=("self",)).get(pk=supporter.pk)
    require(actor, "supporter.keep_apart", locked)
    if locked.likely_twin_id is None:
        raise WrongState(decided_already(actor, locked))
    twin, locked.likely_twin = locked.likely_twin_id, None
    locked.save(update_fields=["likely_twin"])
    journal.record(actor, "supporter.keep_apart", locked, other=twin)
    return locked


@transaction.atomic
def merge_supporter(actor: Actor, supporter: Supporter) -> Supporter:
    """Decide that the entry is its likely twin: it ends, the twin stays with the earlier of both dates.

    Nobody is sent a letter: their organisation is in the directory as before. Where only the address of what ends was
    confirmed, links to the twin go there from now on (`MergedContacts`). Raises Forbidden, or WrongState when
    there is no twin any more, the entry has ended, or its organisation would leave the directory with it.
    """
    pks = sorted(
        {supporter.pk, supporter.likely_twin_id or 0}
    )  # in one order, so that nobody waits in a circle; contacts first, as whoever comes by a link locks them
    contacts = SupporterContact.objects.select_for_update(of=("self",)).filter(pk__in=pks).in_bulk()
    rows = {
        row.pk: row
        for row in Supporter.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    }
    twin = rows.get(rows[supporter.pk].likely_twin_id or 0)
    if twin is None:
        raise WrongState(decided_already(actor, rows[supporter.pk]))
    if refusal := merging_refusal(rows[supporter.pk], twin):
        raise WrongState(refusal)
    changes = {"ended_on": today(), "merged_into": twin, "likely_twin": None}
    moved = MergedContacts(contacts.get(supporter.pk), contacts.get(twin.pk)).moved
    data = {"into": twin.pk, "contact_moved": moved is not None}
    merged = SUPPORTER.apply(actor, rows[supporter.pk], "merge", changes=changes, data=data)
    if moved is not None:
        _copy_contact(moved, twin)
    Supporter.objects.filter(merged_into=merged).update(merged_into=twin)
    if merged.acceded_on < twin.acceded_on:
        twin.acceded_on = merged.acceded_on
        twin.save(update_fields=["acceded_on"])
    _show([merged, twin])
    return merged


def decided_already(actor: Actor, entry: Supporter) -> str:
    """That nothing is left to decide of an entry without a likely twin, and who has decided it."""
    if entry.state == SupporterState.ENDED:
        return SUPPORTER.wrong_state(actor, entry)
    who = edited_meanwhile(actor, entry, "supporter.keep_apart")
    return f"{_('There is no other entry any more that this one could be merged with.')} {who}"


def merging_refusal(supporter: Supporter, twin: Supporter) -> str:
    """Why the entry cannot be merged with its twin now; empty when it can.

    The twin has ended, or the directory would lose them both.
    """
    if twin.state == SupporterState.ENDED:
        return _("“%(name)s” has ended: there is nothing to merge with.") % {"name": twin.name}
    if supporter.state != SupporterState.LISTED or twin.state == SupporterState.LISTED:
        return ""
    message = _(
        "“%(name)s” is not in the directory (%(state)s): put it there first, or keep the two entries apart."
    )
    return message % {"name": twin.name, "state": twin.get_state_display()}


def _copy_contact(contact: SupporterContact, twin: Supporter) -> None:
    """Give the twin this contact without its link; the entry that ends keeps its own, for when the merger is undone."""
    SupporterContact.objects.update_or_create(
        supporter=twin,
        defaults={
            **{name: getattr(contact, name) for name in _SIGNATORY_COLUMNS},
            "link_sha256": "",
            "link_sent_at": None,
            "link_expires_at": None,
            "bounce_code": "",
        },
    )


_SIGNATORY_COLUMNS = (
    "email", "signatory_name", "signatory_office", "language", "consent_revision", "confirmed_at",
)  # fmt: skip


@transaction.atomic
def record_supporter_export(actor: Actor, rows: int) -> None:
    """Journal that the actor takes so many entries away, with their e-mail addresses. Raises Forbidden."""
    require(actor, "supporter.export")
    journal.record(actor, "supporter.export", Organisation(pk=tenant_of(actor)), rows=rows)


def _step(actor: Actor, supporter: Supporter, action: str, changes: Mapping[str, object]) -> Supporter:
    changed = SUPPORTER.apply(actor, supporter, action, changes=changes)
    _show([changed])
    # its key holds the moment: hidden, shown and hidden again are three letters
    key = f"supporter-decision:{changed.pk}:{clock.now().timestamp():.6f}"
    enqueue("send_supporter_decision", key=key, payload={"supporter": changed.pk, "state": changed.state})
    return changed


# --- What both do ----------------------------------------------------------------------------------------------


def _write_facts(actor: Actor, supporter: Supporter, facts: SupporterFacts, seen: str | None) -> Supporter:
    locked = Supporter.objects.select_for_update(of=("self",)).get(pk=supporter.pk)
    if locked.state == SupporterState.ENDED:
        raise WrongState(_("This accession has ended."))
    # who comes by a link reads no names of the secretariat
    reader = ANYONE if actor == SYSTEM else actor
    refuse_other_values(reader, locked, asdict(SupporterFacts.of(locked)), seen, "supporter.correct")
    changes = {name: value for name, value in _cleaned(facts).items() if getattr(locked, name) != value}
    if not changes:
        return locked
    for name, value in changes.items():
        setattr(locked, name, value)
    set_keys(locked)
    locked.save()
    journal.record(actor, "supporter.correct", locked, changed=list(changes))
    _show([locked])
    return locked


def _show(changed: Sequence[Supporter]) -> None:
    """Have the directory and the search show what they are now; a person who confirms waits for no publication."""
    refresh_supporters(changed)
    touch_public_revision_soon()


def _cleaned(facts: SupporterFacts) -> dict[str, str]:
    region = clean_name(facts.region, field="region")
    return asdict(facts) | {
        "name": clean_name(facts.name, field="name"),
        "kind": SupporterKind(facts.kind).value,
        # as the directory writes it: nobody looks for one region under two spellings
        "region": region_spellings().get(in_latin(region), region),
        "town": clean_optional_name(facts.town, field="town"),
    }


def _cleaned_signatory(signatory: Signatory) -> dict[str, str]:
    return {
        "email": signatory.email.strip(),
        "signatory_name": clean_optional_name(signatory.name, field="signatory_name"),
        "signatory_office": clean_optional_name(signatory.office, field="signatory_office"),
        "language": signatory.language,
    }
