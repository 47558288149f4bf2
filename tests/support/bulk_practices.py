"""Many practices, their adoptions, and saved searches at once."""

from datetime import date

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Organisation
from portal.kernel import clock
from practices.enums import AdoptionState, AffiliationState, Label, PracticeState
from practices.models import Adoption, Affiliation, Author, Practice, SavedSearch, Version
from tests.factories import Cast


def make_many_practices(cast: Cast, names: list[str]) -> None:
    """So many more of Beacon's that the community reads, each tried by Aurora; as many searches of Alice and Mona.

    And as many affiliates of Aurora and Beacon.
    """
    practices = Practice.objects.bulk_create(
        Practice(organisation=cast.beacon, label=Label.GREEN, state=PracticeState.SHARED) for _name in names
    )
    Version.objects.bulk_create(
        Version(
            practice=practice,
            number=1,
            content={
                "title": name,
                "summary": "One of a crowd",
                "kind": "tool",
                "stage": "idea",
                "harms": ["grooming"],
            },
            sha256="0" * 64,
            written_by=cast.carol,
        )
        for practice, name in zip(practices, names, strict=True)
    )
    Author.objects.bulk_create(
        Author(practice=practice, person=cast.carol, organisation=cast.beacon) for practice in practices
    )
    Adoption.objects.bulk_create(
        Adoption(
            practice=practice,
            organisation=cast.aurora,
            label=Label.GREEN,
            state=AdoptionState.TRIAL,
            since=date(2026, 1, 1),
        )
        for practice in practices
    )
    SavedSearch.objects.bulk_create(
        SavedSearch(person=person, organisation=place, name=name, query={"harms": ["grooming"]})
        for name in names
        for person, place in ((cast.alice, cast.aurora), (cast.mona, cast.secretariat))
    )
    _make_affiliates(cast, names)


def _make_affiliates(cast: Cast, names: list[str]) -> None:
    partners = Organisation.objects.bulk_create(
        Organisation(slug=f"affiliate-{name}", name_en=name, name_ru=name, kind=OrganisationKind.PARTNER,
                     state=OrganisationState.ACTIVE)
        for name in names
    )  # fmt: skip
    sides = {"proposed_by": cast.carol, "confirmed_by": cast.carol, "approved_by": cast.mona}
    stamps = {"lapses_on": date(2026, 12, 31), "confirmed_at": clock.now(), "approved_at": clock.now()}
    Affiliation.objects.bulk_create(
        Affiliation(organisation=organisation, affiliate=partner, relation="contractor", purpose="They moderate.",
                    state=AffiliationState.IN_FORCE, **sides, **stamps)
        for partner in partners
        for organisation in (cast.beacon, cast.aurora)
    )  # fmt: skip
