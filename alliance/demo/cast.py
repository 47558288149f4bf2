"""Organisations and people come into being: founded, added, admitted, invited, joined."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import translation

from alliance.demo.files import Record
from alliance.enums import OrganisationKind
from alliance.models import Organisation, Person, Service, Site
from alliance.queries.actors import actor_for
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import accept_invitation, invite_person
from alliance.services.organisations import add_organisation, admit_organisation, describe_organisation
from alliance.services.ownership import add_service
from alliance.services.people import set_roles
from alliance.services.setup import set_up_portal
from portal.kernel.access import SYSTEM, Actor, acting_as, set_context
from portal.kernel.publishing import touch_public_revision

PASSWORD = "alliance-demonstration"  # of people who do not exist; printed at every start


@dataclass
class SignIn:
    """A person who can sign in, from demo.json."""

    name: str
    email: str
    organisation: str
    roles: list[str]

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "email": self.email,
            "password": PASSWORD,
            "organisation": self.organisation,
            "roles": self.roles,
        }


@dataclass
class Cast:
    """Who is there so far, by the keys and addresses of the files."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    services: dict[str, dict[str, Service]] = field(default_factory=dict)  # by organisation and key
    people: dict[str, Person] = field(default_factory=dict)
    sign_ins: list[SignIn] = field(default_factory=list)
    _hash: str = ""
    _current_actor: Actor = SYSTEM
    _actors: dict[tuple[str, str], Actor] = field(default_factory=dict)

    @contextmanager
    def acting(self, key: str, organisation: str) -> Iterator[Actor]:
        """Act as this person for this organisation, and in the person's language.

        The whole demonstration is one transaction, begun as SYSTEM: no act needs a savepoint of its own.
        """
        # asked of the database once, until somebody is invited or gets other roles
        if (key, organisation) not in self._actors:
            ids = self.people[key].pk, self.organisations[organisation].pk
            self._actors[key, organisation] = actor_for(*ids)
        actor, earlier = self._actors[key, organisation], self._current_actor
        with translation.override(self.people[key].language):
            self._current_actor = actor
            set_context(actor)
            yield actor
            self._current_actor = earlier
            set_context(earlier)

    def holder(self, record: Record, role: str) -> str:
        """The key of somebody in the organisation who holds the role."""
        key: str = next(person["key"] for person in record["people"] if role in person["roles"])
        return key

    # --- the secretariat ---

    def set_up_portal(self, record: Record, site: Record) -> None:
        """The site, the secretariat, its manager and everybody in it."""
        manager, *others = record["people"]
        with acting_as(SYSTEM):
            founded = set_up_portal(
                site=site["name"],
                secretariat=record["name"],
                email=manager["email"],
                name=manager["name"],
                office=manager["office"],
                password=PASSWORD,
                language=manager.get("language", "en"),
            )
            _write_site_texts(site)
        self.people[manager["key"]] = founded.person
        self.organisations["secretariat"] = founded.organisation
        self._add_sign_in(manager, founded.organisation)
        for person in others:
            self.invite(manager["key"], "secretariat", "secretariat", person)
        with self.acting(manager["key"], "secretariat") as actor:
            set_roles(actor, founded, manager["roles"])
        self._actors.clear()

    # --- everybody else ---

    def admit(self, record: Record, since: date) -> None:
        """The secretariat admits an organisation and invites its administrator, who invites the others."""
        slug = record["slug"]
        with self.acting("mona", "secretariat") as actor:
            organisation = add_organisation(
                actor,
                kind=record.get("kind", OrganisationKind.MEMBER),
                names=record["name"],
                slug=slug,
                sectors=record.get("sector"),
                website=record.get("website", ""),
                name_forms=record.get("name_forms"),
            )
            self.organisations[slug] = admit_organisation(actor, organisation, since=since)
            self.services[slug] = {
                service["key"]: _create_service(actor, organisation, service, since)
                for service in record.get("services", [])
            }
        first = self.holder(record, "administrator")
        ordered = sorted(record["people"], key=lambda person: person["key"] != first)
        for person in ordered:
            by, of = ("mona", "secretariat") if person["key"] == first else (first, slug)
            self.invite(by, of, slug, {"language": record["language"], **person})
        if record.get("four_eyes"):
            self._require_four_eyes(record, first)

    def _require_four_eyes(self, record: Record, administrator: str) -> None:
        with self.acting(administrator, record["slug"]) as actor:
            describe_organisation(
                actor,
                self.organisations[record["slug"]],
                sectors=record["sector"],
                website=record["website"],
                four_eyes=True,
            )

    def invite(self, inviter: str, of: str, slug: str, person: Record) -> None:
        """One person is invited and joins; who has an account already joins with it."""
        known = self.people.get(person["key"]) or self._create_person(person)
        with self.acting(inviter, of) as actor:
            invitation = invite_person(
                actor,
                self.organisations[slug],
                email=known.email,
                name=known.name,
                roles=person["roles"],
                office=person["office"],
                language=known.language,
            )
        token = invitation_token_of(invitation)
        assert token is not None, "the invitation was made with our own key"
        with acting_as(SYSTEM):
            accept_invitation(token, person=known, agreed_to=1)  # the starting texts
        self._actors.clear()
        self.people[person["key"]] = known
        self._add_sign_in({"name": known.name, **person, "email": known.email}, self.organisations[slug])

    def _create_person(self, record: Record) -> Person:
        """An account; the one password is hashed once, since hashing is slow by design."""
        self._hash = self._hash or make_password(PASSWORD)
        person: Person = Person.objects.create(
            email=record["email"],
            name=record["name"],
            language=record.get("language", "en"),
            password=self._hash,
        )
        return person

    def _add_sign_in(self, record: Record, organisation: Organisation) -> None:
        name = organisation.name_en  # type: ignore[attr-defined]  # added by modeltranslation
        self.sign_ins.append(SignIn(record["name"], record["email"], name, list(record["roles"])))


def _create_service(actor: Actor, organisation: Organisation, record: Record, since: date) -> Service:
    return add_service(
        actor,
        organisation,
        names=record["name"],
        starts_on=since.replace(year=since.year - 2),
        sorts=record["sort"],
        slug=record["slug"],
        monthly_users=record.get("users", ""),
    )


def _write_site_texts(texts: Record) -> None:
    """Headline and banner of the site."""
    site = Site.objects.get()
    values: dict[str, Any] = {name: texts[name] for name in ("contact", "is_example") if name in texts}
    for name in ("short_name", "headline", "banner"):
        values |= {f"{name}_{language}": text for language, text in texts.get(name, {}).items()}
    for name, value in values.items():
        setattr(site, name, value)
    site.save()
    touch_public_revision()
