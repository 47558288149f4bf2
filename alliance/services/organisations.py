"""Named writes on organisations: add, rename, describe, and the steps that make one come and go."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance.enums import NameCase, OrganisationKind
from alliance.models import FormerName, FormerSlug, Organisation
from alliance.models.name_forms import DECLINED_IN
from alliance.queries.last_edits import refuse_other_values
from alliance.queries.local_dates import today
from alliance.queries.mergers import people_with_access
from alliance.services import publications
from alliance.services.absences import give_days_back
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.correction_answers import set_answer_days
from alliance.services.search_documents import refresh_member_documents
from alliance.workflows import ORGANISATION
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import LANGUAGES, Texts, clean_name, clean_optional_name, clean_text


@transaction.atomic
def add_organisation(
    actor: Actor,
    *,
    kind: str,
    names: Texts,
    slug: str = "",
    sectors: Texts | None = None,
    website: str = "",
    name_forms: Mapping[str, str] | None = None,
) -> Organisation:
    """Add an applicant: nothing of it is public, and nobody of it has access, until it is admitted.

    Raises Forbidden, or the DomainError of a name or an address that is taken. The secretariat is
    founded by `manage.py init` and not added here.
    """
    require(actor, "organisation.add")
    if kind == OrganisationKind.SECRETARIAT:
        raise DomainError(_("There is already a secretariat; there can be only one."), field="kind")
    organisation = Organisation(kind=kind, website=website, name_forms=clean_name_forms(name_forms or {}))
    set_translations(organisation, "name", clean_names(names))
    set_translations(organisation, "sector", sectors or {})
    organisation.slug = available_slug(slug or slugify(names["en"]))
    organisation.save()
    journal.record(actor, "organisation.add", organisation, kind=kind)
    return organisation


def clean_names(names: Texts) -> dict[str, str]:
    """Names in every language; refuses an empty one at its own field."""
    return {language: clean_name(name, field=f"name_{language}") for language, name in names.items()}


def clean_name_forms(forms: Mapping[str, str]) -> dict[str, str]:
    """Forms of a name by case, without empty ones; refuses what is no name at its own field."""
    cleaned = {
        case.value: clean_optional_name(forms.get(case.value, ""), field=f"form_{case.value}")
        for case in NameCase
    }
    return {case: form for case, form in cleaned.items() if form}


def set_translations(obj: Organisation, field: str, texts: Texts) -> None:
    """Write a text in every language that it is given in."""
    for language, text in texts.items():
        setattr(obj, f"{field}_{language}", text)


def available_slug(slug: str) -> str:
    """The address if no organisation has or had it; permanent from now on, so refuses what is no address."""
    if not slug or slug != slugify(slug) or len(slug) > 60:
        raise DomainError(_("An address has at most 60 Latin letters, digits and hyphens."), field="slug")
    is_taken = (
        Organisation.objects.filter(slug=slug).exists() or FormerSlug.objects.filter(slug=slug).exists()
    )
    if is_taken:
        raise DomainError(_("This address is already taken."), field="slug")
    return slug


@transaction.atomic
def rename_organisation(
    actor: Actor, organisation: Organisation, names: Texts, *, seen: str | None = None
) -> Organisation:
    """Give it a new name; the old one is stored with its forms and its last day. Does nothing when they are the same.

    The new Russian name has no forms until somebody gives them. `seen`: the key of the `names_of` it that the actor
    has seen, None for any. Raises Forbidden, Conflict when it was renamed in between, or the DomainError of a name.
    """
    locked = _locked(actor, organisation)
    refuse_other_values(actor, locked, names_of(locked), seen, "organisation.rename")
    clean = clean_names(names)
    earlier = {language: getattr(locked, f"name_{language}") for language in clean}
    if clean == earlier:
        return locked
    former = FormerName(organisation=locked, until=today(), name_forms=locked.name_forms)
    for language, name in earlier.items():
        setattr(former, f"name_{language}", name)
    former.save()
    set_translations(locked, "name", clean)
    if clean.get(DECLINED_IN) != earlier.get(DECLINED_IN):
        locked.name_forms = {}
    locked.save()
    journal.record(actor, "organisation.rename", locked, former_name=former.pk)
    refresh_member_documents(locked, former_name=former.pk)
    touch_public_revision()
    return locked


@transaction.atomic
def add_former_address(actor: Actor, organisation: Organisation, slug: str) -> FormerSlug:
    """Let an address that it had elsewhere lead to it for good, as on the site before this one.

    Its own never changes: publications and open data name it by that. Raises Forbidden, or DomainError for what is no
    address or is an organisation's already.
    """
    locked = _locked(actor, organisation)
    former = FormerSlug.objects.create(organisation=locked, slug=available_slug(slug))
    journal.record(actor, "organisation.add_address", locked, address=slug)
    touch_public_revision()
    return former


@transaction.atomic
def describe_organisation(
    actor: Actor,
    organisation: Organisation,
    *,
    sectors: Texts,
    website: str,
    four_eyes: bool,
    name_forms: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> Organisation:
    """Change what it does, its website, whether it requires four eyes, and the forms of its Russian name if given.

    `seen`: the key of the `description_of` it that the actor has seen, None for any. Raises Forbidden, Conflict when
    it was changed in between, or the DomainError of a form.
    """
    locked = _locked(actor, organisation)
    # a new Russian name takes the forms of the one before away
    kinds = ("organisation.change", "organisation.rename")
    refuse_other_values(actor, locked, description_of(locked), seen, *kinds)
    set_translations(
        locked, "sector", {language: " ".join(text.split()) for language, text in sectors.items()}
    )
    locked.website, locked.four_eyes = website, four_eyes
    if name_forms is not None:
        locked.name_forms = clean_name_forms(name_forms)
    locked.save()
    journal.record(actor, "organisation.change", locked, four_eyes=four_eyes)
    refresh_member_documents(locked)
    touch_public_revision()
    return locked


def names_of(organisation: Organisation) -> dict[str, object]:
    """What a new name replaces, by column."""
    return {f"name_{language}": getattr(organisation, f"name_{language}") for language in LANGUAGES}


def description_of(organisation: Organisation) -> dict[str, object]:
    """What another description replaces, by column."""
    sectors = {f"sector_{language}": getattr(organisation, f"sector_{language}") for language in LANGUAGES}
    names = ("website", "four_eyes", "name_forms")
    return sectors | {name: getattr(organisation, name) for name in names}


def _locked(actor: Actor, organisation: Organisation) -> Organisation:
    require(actor, "organisation.change", organisation)
    locked_organisation: Organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=organisation.pk
    )
    return locked_organisation


# --- Coming and going ------------------------------------------------------------------------


@transaction.atomic
def admit_organisation(
    actor: Actor, organisation: Organisation, *, since: date | None = None
) -> Organisation:
    """Admit an applicant and publish it; its people have access from now on.

    Raises Forbidden, WrongState.
    """
    changes = {"since": since or organisation.since or today(), "state_reason": ""}
    return _publish_change(actor, ORGANISATION.apply(actor, organisation, "admit", changes=changes))


@transaction.atomic
def suspend_organisation(actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    """Suspend it, with a public reason: its people lose access at once and are notified, and proposed corrections wait
    for nobody.

    Raises Forbidden, WrongState, or DomainError without a reason or for the secretariat.
    """
    return _end_membership_of(actor, organisation, "suspend", reason)


@transaction.atomic
def reinstate_organisation(actor: Actor, organisation: Organisation, reason: str = "") -> Organisation:
    """Take a suspended one back; its people have access again, their days to answer corrections anew.

    Of the days for a reply to verdicts, for reports to submit and for findings they have those that were left.

    Raises Forbidden, WrongState.
    """
    changes = {"state_reason": clean_text(reason, field="reason").strip()}
    reinstated = ORGANISATION.apply(actor, organisation, "reinstate", changes=changes)
    give_days_back(actor, reinstated)
    return _publish_change(actor, reinstated)


@transaction.atomic
def withdraw_organisation(actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    """Record that it left of its own will, with a public reason. Refuses as `suspend_organisation` does."""
    return _end_membership_of(actor, organisation, "withdraw", reason)


@transaction.atomic
def expel_organisation(actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    """Expel it, with a public reason. Refuses as `suspend_organisation` does."""
    return _end_membership_of(actor, organisation, "expel", reason)


def _end_membership_of(actor: Actor, organisation: Organisation, action: str, reason: str) -> Organisation:
    cleaned_reason = clean_text(reason, field="reason").strip()
    if not cleaned_reason:
        raise DomainError(_("Give a reason: it is published."), field="reason")
    ended = ORGANISATION.apply(actor, organisation, action, changes={"state_reason": cleaned_reason})
    for person_id in people_with_access(ended):
        enqueue_account_letter("organisation_access_ended", person_id, organisation=ended.pk)
    return _publish_change(actor, ended)


def _publish_change(actor: Actor, organisation: Organisation) -> Organisation:
    """A supporter is public data outside the numbered record; the status of all others is published.

    Whether it can answer corrections of its reports has changed with its access.
    """
    set_answer_days(organisation)
    if organisation.kind == OrganisationKind.SUPPORTER:
        touch_public_revision()
    else:
        publications.record_organisation_publication(actor, organisation)
    return organisation
