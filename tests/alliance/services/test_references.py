"""Loading reference counts: what is understood, what is refused and where, what is replaced."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from alliance.models import ReferenceCount, ReferenceLoad
from alliance.queries.public.later_publications import later_publications
from alliance.queries.public.lists import references
from alliance.services.reference_file import ReferenceFaults
from alliance.services.references import load_reference_counts
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, read_cast

pytestmark = pytest.mark.django_db

HEADING = "organisation,indicator,period,value,observer,source"
HIDDEN = "There is an invisible character here (U+200B): type the text instead of pasting it."
ROW = "aurora-video,content-actioned,2026-H1,120,Hotline,Yearly report"


@pytest.fixture(autouse=True)
def cast() -> Cast:
    return read_cast()


def load(cast: Cast, *rows: str, heading: str = HEADING, name: str = "mona") -> ReferenceLoad:
    raw = "\n".join([heading, *rows]).encode()
    return load_reference_counts(cast.actor(name), raw, "counts.csv")


def faults(cast: Cast, *rows: str, heading: str = HEADING) -> list[str]:
    with pytest.raises(ReferenceFaults) as refusal:
        load(cast, *rows, heading=heading)
    assert ReferenceLoad.objects.count() == 0
    return [str(fault) for fault in refusal.value.faults]


def test_load_keeps_every_count(cast: Cast) -> None:
    count = load(cast, ROW).counts.get()

    assert (count.organisation, count.indicator_key, count.value) == (
        cast.aurora,
        "content-actioned",
        Decimal(120),
    )
    assert (count.starts_on, count.ends_on) == (date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEADING}\n{ROW}".encode("utf-8-sig"),
        f"{HEADING}\n{ROW}".replace(",", ";").encode(),
        f"sep=;\r\n{HEADING}\r\n{ROW}".replace(",", ";").encode("utf-8-sig"),
        f"{HEADING.upper()}\r\n\r\n{ROW.replace('aurora-video', 'Aurora Video (РУ)')}\r\n".encode(),
        f"{HEADING}\n{ROW.replace('Hotline', chr(34) + 'Hotline' + chr(34))}".encode(),
    ],
    ids=["byte-order-mark", "semicolons", "line-of-excel", "russian-name-and-windows-lines", "quotes"],
)
def test_load_reads_what_spreadsheets_write(cast: Cast, raw: bytes) -> None:
    load_reference_counts(cast.actor("mona"), raw, "counts.csv")

    assert ReferenceCount.objects.get().organisation == cast.aurora


@pytest.mark.parametrize("name", ["rita", "sven", "carol"])
def test_load_is_the_managers_alone(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        load(cast, ROW, name=name)


TOO_LARGE = "1" + "0" * 30


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"organisation": "nobody"}, "organisation", "No organisation has the address or the name “nobody”."),
        ({"indicator": "no-such"}, "indicator", "No charter in force has an indicator “no-such”."),
        (
            {"indicator": "search-story"},
            "indicator",
            "The indicator “search-story” does not ask for a number.",
        ),
        (
            {"period": "soon"},
            "period",
            "“soon” is not a period. Write 2026, 2026-H1 or 2026-01-01/2026-06-30.",
        ),
        ({"value": "-1"}, "value", "“-1” is negative; a count cannot be."),
        (
            {"value": "NaN"},
            "value",
            "“NaN” is not a number. Write digits, and a point before decimals: 12345.6",
        ),
        ({"value": "1.5"}, "value", "“1.5” is not a whole number, and this indicator counts."),
        ({"value": TOO_LARGE}, "value", f"“{TOO_LARGE}” has too many digits."),
        ({"indicator": "found-proactively", "value": "101"}, "value", "“101” is more than 100 %."),
        ({"observer": ""}, "observer", "This cell is empty."),
        ({"source": "x" * 301}, "source", "The text has more than 300 characters."),
        ({"observer": "Hot\u200bline"}, "observer", HIDDEN),
    ],
)
def test_load_says_what_is_wrong_and_where(
    cast: Cast, cells: dict[str, str], column: str, message: str
) -> None:
    row = dict(zip(HEADING.split(","), ROW.split(","), strict=True)) | cells

    assert faults(cast, ",".join(row.values())) == [f"row 2, column {column}: {message}"]


def test_load_refuses_more_cells_than_columns(cast: Cast) -> None:
    assert faults(cast, f"{ROW},more") == ["row 2: The row has more cells than the heading."]


def test_load_knows_the_cells_of_a_breakdown(cast: Cast) -> None:
    messages = faults(cast, f"{ROW},harm=unheard-of", heading=f"{HEADING},breakdown")

    assert messages == ["row 2, column breakdown: The indicator has no breakdown “harm=unheard-of”."]


def test_load_names_every_fault_at_once(cast: Cast) -> None:
    messages = faults(cast, ROW, "nobody,no-such,soon,-1,Hotline,Report", ROW)

    assert len(messages) == 5
    assert messages[-1] == "row 4: Row 2 already has this count."


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "The file is empty."),
        (HEADING.encode(), "There is a header row but no row below it."),
        (b"organisation\n\xff", "row 2: This is not UTF-8. Save the file in UTF-8 encoding."),
        (b"PK\0\0", "The file contains binary data: it is not a CSV file."),
        (b"x" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB."),
    ],
)  # fmt: skip
def test_load_refuses_what_is_no_such_file(cast: Cast, raw: bytes, message: str) -> None:
    with pytest.raises(ReferenceFaults) as refusal:
        load_reference_counts(cast.actor("mona"), raw, "counts.csv")

    assert [str(fault) for fault in refusal.value.faults] == [message]


def test_load_refuses_columns_that_it_does_not_know(cast: Cast) -> None:
    messages = faults(cast, ROW, heading=HEADING.replace("source", "sauce"))

    assert [sentence.split(":")[0] for sentence in messages] == [
        "row 1, column sauce",
        "row 1, column source",
    ]


def test_load_knows_the_services_of_the_period(cast: Cast) -> None:
    heading = f"{HEADING},service"

    count = load(cast, f"{ROW},Aurora Kids", heading=heading).counts.get()

    assert count.service is not None
    assert count.service.slug == "aurora-kids"


def test_load_refuses_the_service_of_another(cast: Cast) -> None:
    messages = faults(cast, f"{ROW},beacon-web", heading=f"{HEADING},service")

    assert messages == ["row 2, column service: The organisation had no service “beacon-web” in this period."]


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    first = load(cast, ROW)

    assert load(cast, ROW) == first
    assert (ReferenceCount.objects.count(), Publication.objects.count()) == (1, 1)


def test_a_later_load_replaces_and_keeps_the_old_one(cast: Cast) -> None:
    old = load(cast, ROW).counts.get()

    new = load(cast, ROW.replace("120", "130")).counts.get()

    old.refresh_from_db()
    assert (old.replaced_by, old.value, new.replaced_by) == (new, Decimal(120), None)


def test_another_observer_is_shown_too(cast: Cast) -> None:
    load(cast, ROW)
    load(cast, ROW.replace("Hotline", "Regulator"))

    assert ReferenceCount.objects.filter(replaced_by=None).count() == 2


def test_a_file_that_was_replaced_is_not_taken_for_current(cast: Cast) -> None:
    load(cast, ROW)
    load(cast, ROW.replace("120", "130"))

    with pytest.raises(DomainError, match="replaced or withdrawn 1 of its counts"):
        load(cast, ROW)


def test_withdrawn_count(cast: Cast, client: Client) -> None:
    """It stood under the wrong member: it leaves the record, and its row and the reason stay readable."""
    load(cast, ROW, ROW.replace("Hotline", "Regulator"))
    withdrawal = load(cast, ROW.replace("120", "Withdrawn").replace("Yearly report", "It was Beacon’s"))

    assert [count.observer for count in references()] == ["Regulator"]
    counts = ReferenceCount.objects.filter(observer="Hotline").order_by("pk")
    assert [(count.value, count.is_withdrawal) for count in counts] == [(120, False), (120, True)]
    earlier, later = Publication.objects.order_by("number")
    (row,) = read_publication(later)["counts"]
    assert (row["value"], row["source"]) == (None, "It was Beacon’s")
    assert later.title["en"] == "Independent counts withdrawn: Hotline"
    assert client.get(f"/en/publications/{earlier.number}/").context["later"] == later
    assert client.get(f"/en/publications/{later.number}/").context["later"] is None
    assert "1 count by Hotline withdrawn" in client.get("/en/feed.atom").text
    assert Event.objects.filter(kind="reference.load").latest("pk").data["withdrawn"] == 1
    # the same file again changes nothing, and the first does not come back by itself
    assert (
        load(cast, ROW.replace("120", "Withdrawn").replace("Yearly report", "It was Beacon’s")) == withdrawal
    )
    with pytest.raises(DomainError, match="replaced or withdrawn 1 of its counts"):
        load(cast, ROW, ROW.replace("Hotline", "Regulator"))
    again = load(cast, ROW.replace("120", "90"))
    assert sorted(count.value for count in references()) == [90, 120]
    assert [each.record for each in later_publications([later])[later.number]] == [again.sha256]


def test_a_count_that_is_not_there_is_not_withdrawn(cast: Cast) -> None:
    gone = ROW.replace("120", "withdrawn")
    message = "row 2, column value: There is no such count to withdraw."
    assert faults(cast, gone) == [message]
    load(cast, ROW)
    load(cast, gone)

    with pytest.raises(ReferenceFaults) as refusal:
        load(cast, gone.replace("Yearly report", "Once more"))
    assert [str(fault) for fault in refusal.value.faults] == [message]


def test_load_is_published_with_every_row(cast: Cast) -> None:
    reference_load = load(cast, ROW)

    publication = Publication.objects.get(type="reference_load")
    document = read_publication(publication)
    assert (publication.record, document["observer"], document["rows"]) == (
        reference_load.sha256,
        "Hotline",
        1,
    )
    assert document["counts"][0]["value"] == "120"


def test_load_calls_a_workbook_no_csv(cast: Cast) -> None:
    with pytest.raises(ReferenceFaults) as refusal:
        load_reference_counts(cast.actor("mona"), b"PK\x03\x04\xff\x00\x80", "counts.csv")
    assert [str(fault) for fault in refusal.value.faults] == [
        "The file contains binary data: it is not a CSV file."
    ]
