"""What the demonstration's chapter of practices leaves behind: how much there is, and who sees what."""

from collections import Counter

from alliance.models import Organisation, Person
from alliance.queries.actors import actor_for
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from practices.demo.files import practices
from practices.models import (
    AccessLog,
    Adoption,
    AdoptionResult,
    Affiliation,
    Draft,
    Follow,
    GroupMembership,
    LabelPolicy,
    Offer,
    Opening,
    Post,
    Practice,
    Reaction,
    Relation,
    Request,
    SavedSearch,
    Version,
    WorkingGroup,
)

OPEN_TO_THE_WORLD = {
    "child-report-form",
    "closed-by-default",
    "help-first-search",
    "make-it-shelf",
    "phrases-first",
    "risk-queue",
    "slow-first-message",
}


def check_demo_practices() -> None:
    """Everything that the files list is there, in order of time."""
    with acting_as(SYSTEM):
        _check_counts()


def _check_counts() -> None:
    assert Counter(Practice.objects.values_list("state", flat=True)) == {
        "shared": 24,
        "draft": 3,
        "in_moderation": 2,
        "retired": 1,
        "recalled": 1,
    }
    assert Draft.objects.filter(proposed_at__isnull=False, practice__state="shared").count() == 1
    assert Practice.objects.exclude(state_reason="").count() == 3  # returned, retired, recalled
    assert Version.objects.exclude(number=1).count() == 28
    assert Relation.objects.count() == 6
    assert Counter(Opening.objects.values_list("state", flat=True)) == {"shared": 1, "proposed": 1}
    assert {use.state for use in Adoption.objects.all()} == {
        "considering",
        "trial",
        "in_use",
        "discontinued",
    }
    assert AdoptionResult.objects.count() >= 25
    assert Post.objects.filter(accepted_at__isnull=False).count() >= 25
    assert {request.state for request in Request.objects.all()} == {"open", "answered", "closed"}
    assert Offer.objects.count() == 7
    assert SavedSearch.objects.count() == 2
    assert all(rows.objects.exists() for rows in (Reaction, Follow, AccessLog, Affiliation, LabelPolicy))
    assert WorkingGroup.objects.count() == 2
    assert GroupMembership.objects.values("organisation").distinct().count() >= 7
    moments = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)


def check_demo_visibility() -> None:
    """As seen by a few people for whom each label means something else."""
    everything = _visible_slugs(SYSTEM)
    assert len(everything) == 31
    assert _visible_slugs(ANYONE) == OPEN_TO_THE_WORLD

    sees = {
        key: _visible_slugs(_person(key))
        for key in ("sven", "bob", "pavel", "lena", "mona", "rita", "nadia", "anna")
    }
    assert {"nine-hours", "extortion-signs"} <= sees["sven"]
    assert not {"nine-hours", "extortion-signs", "number-recovery"} & sees["bob"]
    assert {"hash-match-review", "coded-words"} <= sees["bob"]
    assert "hash-match-review" in sees["pavel"]
    assert not {"contact-patterns", "shared-signals", "courier-offers"} & sees["pavel"]
    assert {"contact-patterns", "coded-words"} <= sees["lena"]  # Granite calls her organisation its own
    assert not {"hash-match-review", "shared-signals"} & sees["lena"]
    assert {"extortion-signs", "help-on-device", "parental-settings"} <= sees["mona"]
    assert not {"nine-hours", "contact-patterns", "number-recovery", "night-quiet"} & sees["mona"]
    assert "extortion-signs" not in sees["rita"]
    assert "number-recovery" in sees["anna"]  # by the working group
    assert {name for name in ("courier-offers",) if name in sees["nadia"]} == {"courier-offers"}
    assert not any("courier-offers" in sees[key] for key in sees if key != "nadia")
    assert "shared-signals" in _visible_slugs(_person("dana", "granite-security"))
    assert "shared-signals" not in _visible_slugs(_person("dana", "open-lessons"))
    assert all("gift-from-stranger" in sees[key] for key in ("sven", "pavel", "lena", "mona", "nadia"))
    _check_opened_practice()
    _check_readers()


def _check_opened_practice() -> None:
    """The community reads what was opened, and what was written since; earlier readers all of it."""
    with acting_as(SYSTEM):
        practice = Practice.objects.get(opened_version__isnull=False)
    for key, rows in {"nadia": (2, 4, 2), "pavel": (1, 2, 2), "mona": (1, 2, 2)}.items():
        with acting_as(_person(key)) as actor:
            counts = [
                model.objects.visible_to(actor).filter(practice=practice).count()
                for model in (Version, Post, Adoption)
            ]
        assert tuple(counts) == rows, key


def _check_readers() -> None:
    with acting_as(SYSTEM):
        use = Adoption.objects.get(label="red")
        request = Request.objects.get(label="amber")
    for key, sees in {"ines": True, "mei": True, "nadia": False, "mona": False}.items():
        with acting_as(_person(key)):
            assert Adoption.objects.visible_to(_person(key)).filter(pk=use.pk).exists() is sees, key
    for key, sees in {"olga": True, "sana": True, "nadia": True, "alice": False, "mona": False}.items():
        with acting_as(_person(key)):
            assert Request.objects.visible_to(_person(key)).filter(pk=request.pk).exists() is sees, key


def _person(key: str, organisation: str = "") -> Actor:
    """By the first part of the address, as the files' keys are."""
    person = Person.objects.get(email__startswith=f"{key}@")
    organisation_ids = person.memberships.order_by("pk").values_list("organisation_id", flat=True)
    place = Organisation.objects.get(slug=organisation).pk if organisation else organisation_ids[0]
    return actor_for(person.pk, place)


def _visible_slugs(actor: Actor) -> set[str]:
    """The names of the files of what the actor sees, by filter and row-level security."""
    with acting_as(actor):
        practice_ids = set(Practice.objects.visible_to(actor).values_list("pk", flat=True))
    with acting_as(SYSTEM):
        titles = dict(
            Draft.objects.filter(practice__in=practice_ids).values_list("practice_id", "content__title")
        )
    names = {record["practice"]["title"]: name for name, record in practices().items()}
    return {names[title] for title in titles.values()}
