"""Results side by side: one effect, one unit, one kind; units that do not fit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.models import Service
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from practices.audiences import audience
from practices.enums import Label
from practices.models import Adoption, AdoptionResult, Practice, Translation, Version
from practices.queries.results import NamedEffect, change_of, compare
from practices.services.adoptions import AdoptionResultInput, add_result
from practices.templatetags.practices_adoptions import change_in_percent
from practices.units import UnitMismatch, convert, read_measure
from tests.factories import Cast
from tests.factories.adoptions import make_adoption
from tests.factories.practices import call_as, make_shared
from tests.support.bearers import token_of
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db

UNIT = "per 10,000 first messages"
EFFECT = {"what": "Unwanted contact", "unit": UNIT, "before": "4.1", "after": "1.6"}


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("2.9", "en", "2.9"),
        ("2.9 per 10,000 first messages", "en", "2.9"),
        ("2,9 на 10 тыс.", "ru", "2.9"),
    ],
)
def test_a_number_in_its_own_unit_is_taken_as_it_stands(text: str, language: str, value: str) -> None:
    unit = UNIT if language == "en" else "на 10 тысяч в месяц"
    assert read_measure(text, unit, language) == Decimal(value)


def test_another_unit_is_refused_with_what_it_would_be_and_never_converted() -> None:
    with pytest.raises(UnitMismatch, match="does not fit") as refused:
        read_measure("0.022 %", UNIT, "en")
    assert refused.value.converted == Decimal("2.2")
    with pytest.raises(UnitMismatch, match="Something else") as strange:
        read_measure("3 viewers", UNIT, "en")
    assert strange.value.converted is None
    with pytest.raises(DomainError):
        read_measure("many", UNIT, "en")

    assert convert(Decimal(90), "minutes", "hours") == Decimal("1.5")
    assert convert(Decimal(2), "per 1,000 viewers", "per 10,000 first messages") is None
    # what happens in a length of time is a share of nothing
    for unit in ("in 24 hours", "per 7 days", "за неделю", "на 24 часа", "per 10 s"):
        assert convert(Decimal(2), unit, "%") is None
        change = change_of(Decimal(2), Decimal(1), unit, 1_000)
        assert change is not None
        assert change.low is None
    # a difference of two shares is no share, and of no use to say what chance allows
    for unit in ("percentage points", "% points", "percent points", "процентных пунктов", "% пункта"):
        with pytest.raises(UnitMismatch, match="Something else") as points:
            read_measure(f"5 {unit}", "%", "en")
        assert points.value.converted is None
        change = change_of(Decimal(10), Decimal(5), unit, 1_000)
        assert change is not None
        assert change.low is None
    # nothing is too large or too small to say what it would be
    assert convert(Decimal("1e-15"), "seconds", "days") == Decimal("1.15740741e-20")
    assert convert(Decimal(9 * 10**23), "%", "per 1000000000000000000000000000000") == Decimal("9e51")


def test_the_range_that_chance_allows_follows_from_how_many_were_counted() -> None:
    sure = change_of(Decimal("4.6"), Decimal("2.4"), UNIT, 212_000)
    unsure = change_of(Decimal("1.7"), Decimal("1.4"), UNIT, 9_400)
    assert sure is not None
    assert unsure is not None
    assert sure.low is not None
    assert sure.high is not None
    assert round(sure.percent) == -48
    assert sure.low < sure.percent < sure.high < 0
    assert (sure.may_be_chance, unsure.may_be_chance) == (False, True)
    # of hours nothing is known about chance, and of nothing there is no change in per cent
    hours = change_of(Decimal(9), Decimal(3), "hours", 100)
    assert hours is not None
    assert hours.low is None
    assert change_of(Decimal(0), Decimal(3), UNIT, 100) is None
    # however large
    result = AdoptionResult(unit=UNIT, before=Decimal("1e-15"), after=Decimal(10**23))
    assert change_in_percent(result).endswith("\u00a0%")
    # nor where less than one of those counted would be meant, in whatever unit
    for before, unit in ((Decimal("0.000000000000001"), "per 1000000000000000000"), (Decimal("0.5"), UNIT)):
        change = change_of(before, before, unit, 10_000)
        assert change is not None
        assert (change.percent, change.low) == (0, None)


def share_with_effect(cast: Cast) -> Practice:
    practice = make_shared(cast)
    with acting_as(SYSTEM):
        version = Version.objects.get(practice=practice)
        Version.objects.create(
            practice=practice,
            number=2,
            content={**version.content, "effects": [EFFECT]},
            sha256="0" * 64,
            written_by=cast.alice,
        )
    return practice


def measured(
    cast: Cast, who: str, practice: Practice, service: str, after: str, *, readers: Any = None, **facts: Any
) -> Adoption:
    actor = cast.actor(who)
    use = make_adoption(actor, practice, service=Service.objects.get(slug=service), readers=readers)
    add_measurement(cast, who, use, after, **facts)
    return use


def add_measurement(cast: Cast, who: str, use: Adoption, after: str, **facts: Any) -> AdoptionResult:
    values: dict[str, Any] = {
        "what": "unwanted  contact", "unit": UNIT, "before": Decimal("4"), "after": Decimal(after),
        "service_kind": "social_network", "ends_on": date(2026, 6, 1), **facts,
    }  # fmt: skip
    added: AdoptionResult = call_as(cast.actor(who), add_result, use, AdoptionResultInput(**values))
    return added


def rows_of(actor: Any, practice: Practice) -> tuple[list[tuple[str, list[float], float | None]], list[str]]:
    with acting_as(actor):
        uses = list(
            Adoption.objects.visible_to(actor).filter(practice=practice).prefetch_related("results", "steps")
        )
        effect = NamedEffect("Unwanted contact", UNIT, Decimal("4.1"), Decimal("1.6"))
        results = compare(uses, [effect], actor.tenant_id, [])
    kinds = [
        (kind.kind, [row.change.percent for row in kind.rows], kind.middle)
        for pool in results.pools
        for kind in pool.kinds
    ]
    return kinds, [row.reason for row in results.incomparable]


@pytest.mark.usefixtures("sven_edits")
def test_services_of_one_kind_are_pooled_each_once_and_by_its_last_result(cast: Cast) -> None:
    practice = share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    add_measurement(cast, "carol", use, "2", ends_on=date(2026, 7, 1))
    measured(cast, "alice", practice, "aurora-kids", "3", service_kind="game")

    kinds, reasons = rows_of(cast.actor("carol"), practice)
    # the reader's own kind first; of one service there is no middle
    assert kinds == [("social_network", [-50.0], None), ("game", [-25.0], None)]
    assert reasons == []


@pytest.mark.usefixtures("sven_edits")
def test_words_about_an_effect_stand_beside_the_number_that_was_measured(cast: Cast) -> None:
    practice = share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    words = {"before": None, "after": None, "note": "Seems to go on.", "ends_on": date(2026, 7, 1)}
    call_as(
        cast.actor("carol"),
        add_result,
        use,
        AdoptionResultInput(what="Unwanted contact", unit=UNIT, **words),
    )

    kinds, reasons = rows_of(cast.actor("carol"), practice)

    assert kinds == [("social_network", [-25.0], None)]
    assert reasons == ["In words, not in numbers."]


@pytest.mark.usefixtures("sven_edits")
def test_incomparable_results_have_a_reason_and_hidden_uses_count_nowhere(cast: Cast) -> None:
    practice = share_with_effect(cast)
    named = audience(Label.AMBER_STRICT, organisations=[cast.aurora.pk])
    use = measured(cast, "carol", practice, "beacon-web", "3", readers=named)
    add_measurement(cast, "carol", use, "3", unit="per 10,000 viewers")
    add_measurement(cast, "carol", use, "3", what="Mean words")
    add_measurement(cast, "carol", use, "3", before=Decimal(0))
    whole = make_adoption(cast.actor("carol"), practice)
    add_measurement(cast, "carol", whole, "2")

    kinds, reasons = rows_of(cast.actor("carol"), practice)
    assert kinds == []
    assert sorted(reason.partition(":")[0].partition(",")[0] for reason in reasons) == [
        "Another effect than the practice names.",
        "Another unit",
        "The whole organisation",
        "There was nothing before",
    ]
    # Mona of the secretariat reads of the second use alone
    _kinds, others = rows_of(cast.actor("mona"), practice)
    assert others == ["The whole organisation, not one service."]


@pytest.mark.usefixtures("sven_edits")
def test_a_program_reads_why_a_result_is_not_compared_in_the_words_of_the_page(
    cast: Cast, client: Client
) -> None:
    practice = share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    other = add_measurement(cast, "carol", use, "3", unit="per 10,000 viewers")
    headers = {"Authorization": f"Bearer {token_of(cast.carol)}"}

    answers = [
        client.get(f"/api/v1/library/{address}/", headers=headers).json()
        for address in (f"{practice.key}/uses", "uses", f"uses/{use.key}")
    ]
    added = client.post(
        f"/api/v1/library/uses/{use.key}/results/",
        {"note": "Seems to go on.", "language": "en"},
        content_type="application/json",
        headers=headers,
    ).json()

    _kinds, reasons = rows_of(cast.actor("carol"), practice)
    uses = [answers[0]["results"][0], answers[1]["results"][0], answers[2]]
    stated = [{row["key"]: row["not_comparable_because"] for row in each["results"]} for each in uses]
    assert stated[0] == stated[1] == stated[2]
    assert (
        stated[0].pop(str(other.key)) == "Another unit: the practice counts it “per 10,000 first messages”."
    )
    assert list(stated[0].values()) == [None]
    assert added["not_comparable_because"] == "In words, not in numbers."
    assert sorted(reasons) == [
        "Another unit: the practice counts it “per 10,000 first messages”.",
        "In words, not in numbers.",
    ]

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state="recalled")
    hidden = client.get(f"/api/v1/library/uses/{use.key}/", headers=headers).json()
    assert {row["not_comparable_because"] for row in hidden["results"]} == {
        "You can no longer read this practice."
    }


@pytest.mark.usefixtures("sven_edits")
def test_a_form_offers_the_conversion_and_saves_nothing_until_it_is_taken(cast: Cast, client: Client) -> None:
    practice = share_with_effect(cast)
    use = make_adoption(cast.actor("carol"), practice, service=Service.objects.get(slug="beacon-web"))
    client.force_login(cast.carol)
    url = f"/workspace/practices/adoptions/{use.key}/result/"
    effect = NamedEffect.of(EFFECT)
    data = {
        "effect": effect.digest, "service_kind": "social_network", "comparison": "before_after", "before": "2.9",
        "after": "0.022 %", "counted": "34,800", "language": "en",
    }  # fmt: skip
    # what another version has in its place is not measured by it
    assert client.post(url, {**data, "effect": "0"}).status_code == 422
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "it would be 2.2" in refused.text
    assert "Take 2.2" in refused.text
    taken = client.post(url, {**data, "take": "after"})
    assert 'value="2.2"' in taken.text
    with acting_as(SYSTEM):
        assert not AdoptionResult.objects.filter(adoption=use).exists()

    assert client.post(url, {**data, "after": "2.2"}).status_code == 302
    with acting_as(SYSTEM):
        result = AdoptionResult.objects.get(adoption=use)
    assert (result.what, result.unit, result.counted, result.version_number) == (
        EFFECT["what"],
        UNIT,
        34_800,
        2,
    )

    page = client.get(f"/workspace/practices/{practice.key}/uses/?effect=²")
    assert "may be chance" in page.text
    assert "no middle of one" in page.text
    table = client.get(f"/workspace/practices/{practice.key}/results.csv").text
    assert "TLP:GREEN" in table.splitlines()[1]
    assert UNIT in table


@pytest.mark.usefixtures("sven_edits")
def test_an_effect_is_measured_in_the_words_of_its_translation_and_compared_in_those_of_its_original(
    cast: Cast, client: Client
) -> None:
    practice = share_with_effect(cast)
    use = make_adoption(cast.actor("carol"), practice, service=Service.objects.get(slug="beacon-web"))
    texts = {
        "title": "Пауза", "summary": "Ждать.", "effects-0-what": "Нежелательные контакты",
        "effects-0-unit": "на 10 000 первых сообщений",
    }  # fmt: skip
    with acting_as(SYSTEM):
        Translation.objects.create(
            practice=practice, language="ru", version_number=2, state="shared", content=texts,
            person_id=cast.alice.pk, organisation_id=cast.aurora.pk,
        )  # fmt: skip
    cast.carol.language = "ru"
    cast.carol.save()
    client.force_login(cast.carol)
    client.cookies["django_language"] = "ru"
    url = f"/workspace/practices/adoptions/{use.key}/result/"
    data = {
        "effect": NamedEffect.of(EFFECT).digest, "service_kind": "social_network", "before": "2,9",
        "after": "22 на 100 000 первых сообщений", "language": "ru",
    }  # fmt: skip

    assert "Нежелательные контакты (на 10 000 первых сообщений)" in words_of(client.get(url))
    refused = words_of(client.post(url, data))
    assert "не подходит к единице «на 10 000 первых сообщений»: это было бы 2,2." in refused
    answer = client.post(url, {**data, "after": "2,2 на 10 000 первых сообщений"})

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        result = AdoptionResult.objects.get(adoption=use)
    assert (result.what, result.unit, result.after) == (EFFECT["what"], UNIT, Decimal("2.2"))
    assert "Нежелательные контакты" in words_of(client.get(f"/workspace/practices/{practice.key}/uses/"))
