"""Supporters, worked on by programs of the secretariat: the list, decisions about many, imports of files."""

import json
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.models import Charter, Site, Supporter, SupporterImport
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db
API = "/api/v1/secretariat/"


class Program:
    """Sends requests below `secretariat/` with a person's token."""

    def __init__(self, person: Any) -> None:
        self.headers = {"Authorization": f"Bearer {token_of(person)}"}

    def get(self, address: str) -> Any:
        return Client().get(f"{API}{address}", headers=self.headers)

    def put(self, address: str, data: Any) -> Any:
        return Client().put(f"{API}{address}", data, content_type="application/json", headers=self.headers)

    def post(self, address: str, data: Any = None) -> Any:
        return Client().post(
            f"{API}{address}", json.dumps(data or {}), content_type="application/json", headers=self.headers
        )

    def send(self, rows: str) -> Any:
        file = SimpleUploadedFile("march.csv", f"name;kind;region;e-mail\n{rows}".encode())
        return Client().post(f"{API}supporter-imports/", {"file": file}, headers=self.headers)

    def names(self, query: str) -> list[str]:
        return [row["name"] for row in self.get(f"supporters/{query}").json()["results"]]


@pytest.fixture
def mona(cast: Cast) -> Program:
    return Program(cast.mona)


@pytest.fixture
def charter_open(charter: Charter) -> Charter:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()
    return charter


def states(*entries: Supporter) -> list[str]:
    with acting_as(SYSTEM):
        rows = Supporter.objects.in_bulk([entry.pk for entry in entries])
        return [rows[entry.pk].state for entry in entries]


def outcomes(answer: Any) -> list[tuple[int, str, bool]]:
    assert answer.status_code == 200, answer.content
    return [(row["id"], row["state"], row["refusal"] == "") for row in answer.json()["supporters"]]


def test_the_list_has_hidden_entries_and_is_narrowed_and_sorted_as_its_page(
    cast: Cast, charter: Charter, mona: Program
) -> None:
    make_supporter(charter, "Hill School", kind="library", region="Westport", acceded_on="2026-01-01")
    lake = make_supporter(charter, "Lake School", state="hidden", state_reason="It has closed.")
    make_supporter(charter, "Aspen School", likely_twin=lake, acceded_on="2026-02-01")

    assert mona.names("") == ["Lake School", "Aspen School", "Hill School"]
    for query, expected in {
        "?state=hidden": ["Lake School"],
        "?words=hill": ["Hill School"],
        "?region=Westport": ["Hill School"],
        "?kind=library": ["Hill School"],
        "?twins=true": ["Aspen School"],
        "?twins=false&ordering=name": ["Hill School", "Lake School"],
        "?returned=true": [],
        "?ordering=name": ["Aspen School", "Hill School", "Lake School"],
        "?ordering=-region&limit=1": ["Hill School"],
        "?ordering=-state&limit=1": ["Lake School"],
        "?ordering=kind&limit=1": ["Hill School"],
    }.items():
        assert mona.names(query) == expected, query
    pages, url = [], f"{API}supporters/?ordering=name&limit=1&fields=name"
    while url:
        page = Client().get(url, headers=mona.headers).json()
        pages += [row["name"] for row in page["results"]]
        url = page["next"]
    assert pages == ["Aspen School", "Hill School", "Lake School"]

    # addresses are read one by one: a table of all of them is the export, which the journal names
    assert "office@school.example" not in mona.get("supporters/").text
    detail = mona.get(f"supporters/{lake.pk}/").json()
    assert (detail["email"], detail["state_reason"]) == ("office@school.example", "It has closed.")
    assert ([row["action"] for row in detail["actions"]], detail["acts"]) == (["show", "end"], ["correct"])
    assert Program(cast.alice).get("supporters/").status_code == 404


def test_bulk_decisions_with_a_refusal(cast: Cast, charter: Charter, mona: Program) -> None:
    hill, lake = (make_supporter(charter, name) for name in ("Hill School", "Lake School"))
    gone = make_supporter(charter, "Old School", state="ended")
    pks = [lake.pk, hill.pk, gone.pk, 999_999]

    hidden = mona.post("supporters/hide/", {"supporters": pks, "reason": "Both have closed."})
    assert outcomes(hidden) == [
        (lake.pk, "hidden", True), (hill.pk, "hidden", True), (gone.pk, "ended", False), (999_999, "", False),
    ]  # fmt: skip
    run_all_jobs()
    letters = [letter.body for letter in mail.outbox if letter.to == ["office@school.example"]]
    assert ["Both have closed." in words for words in letters] == [True, True]
    assert outcomes(mona.post("supporters/show/", {"supporters": [hill.pk]})) == [(hill.pk, "listed", True)]
    ended = mona.post("supporters/end/", {"supporters": [lake.pk, lake.pk], "reason": "It asked for it."})
    assert outcomes(ended) == [(lake.pk, "ended", True)]
    assert states(hill, lake, gone) == ["listed", "ended", "ended"]

    facts = {
        "name": "Hill School No. 1",
        "kind": "school",
        "region": "Eastport",
        "website": "ftp://hill.example",
    }
    assert mona.put(f"supporters/{hill.pk}/", facts).json()["errors"][0]["pointer"] == "/website"
    assert mona.put(f"supporters/{hill.pk}/", {**facts, "website": ""}).json()["name"] == "Hill School No. 1"

    for wrong in ([], list(range(1, 102))):
        assert mona.post("supporters/show/", {"supporters": wrong}).status_code == 422
    assert mona.post("supporters/hide/", {"supporters": [hill.pk], "reason": " "}).status_code == 422
    rita = Program(cast.rita)
    assert rita.post("supporters/show/", {"supporters": [hill.pk]}).status_code == 403


def test_an_entry_is_merged_with_the_twin_that_was_read_and_no_other(charter: Charter, mona: Program) -> None:
    hill, lake = make_supporter(charter, "Hill School"), make_supporter(charter, "Lake School")
    again = make_supporter(charter, "Hill school", likely_twin=hill, acceded_on="2026-01-01")
    other = make_supporter(charter, "Lake school", likely_twin=lake)

    wrong = {"supporters": [{"id": again.pk, "likely_twin": lake.pk}]}
    assert outcomes(mona.post("supporters/merge/", wrong)) == [(again.pk, "listed", False)]
    pairs = [{"id": again.pk, "likely_twin": hill.pk}, {"id": lake.pk, "likely_twin": hill.pk}]
    assert outcomes(mona.post("supporters/merge/", {"supporters": pairs})) == [
        (again.pk, "ended", True), (lake.pk, "listed", False),
    ]  # fmt: skip
    assert mona.get(f"supporters/{hill.pk}/").json()["acceded_on"] == "2026-01-01"
    assert mona.get(f"supporters/{again.pk}/").json()["merged_into"] == hill.pk

    apart = {"supporters": [{"id": other.pk, "likely_twin": lake.pk}]}
    assert outcomes(mona.post("supporters/keep-apart/", apart)) == [(other.pk, "listed", True)]
    assert mona.get(f"supporters/{other.pk}/").json()["likely_twin"] is None
    assert outcomes(mona.post("supporters/keep-apart/", apart)) == [(other.pk, "listed", False)]


def test_a_file_is_checked_read_decided_about_and_imported(charter_open: Charter, mona: Program) -> None:
    here = make_supporter(charter_open, "Hill School", email="hill@school.example")
    Supporter.objects.filter(pk=here.pk).update(name_key="hill school")
    sent = mona.send(
        "Lake School;school;Eastport;lake@school.example\nHill School;school;Eastport;other@school.example\n"
        ";school;Eastport;nobody@school.example\n"
    )
    assert (sent.status_code, sent.json()["stage"]) == (201, "checking")
    address = f"supporter-imports/{sent.json()['id']}/"
    run_all_jobs()

    checked = mona.get(address).json()
    assert (checked["stage"], checked["importable"], checked["undecided"]) == ("waiting", 1, 1)
    assert checked["counts"] == {"new": 1, "unclear": 1, "known": 0, "repeated": 0, "faulty": 1}
    assert checked["faults"] == [{"column": "name", "fault": "empty", "rows": 1}]
    (unclear,) = mona.get(f"{address}rows/?outcome=unclear&decided=false").json()["results"]
    assert (unclear["number"], unclear["twin"], unclear["values"]["name"]) == (3, here.pk, "Hill School")
    with acting_as(SYSTEM):
        assert Supporter.objects.count() == 1  # it was a dry run

    apart = {"decisions": [{"number": 3, "decision": "apart", "seen": ""}]}
    decided = mona.post(f"{address}decide/", apart).json()
    assert (decided["importable"], decided["refused"]) == (2, [])
    late = {"decisions": [{"number": 3, "decision": "out", "seen": ""}]}
    assert mona.post(f"{address}decide/", late).json()["refused"] == [{"number": 3, "decision": "apart"}]
    outdated = {"is_public_at_once": True, "shown": checked["shown"]}
    assert mona.post(f"{address}confirm/", outdated).status_code == 409
    confirmed = mona.post(f"{address}confirm/", {**outdated, "shown": decided["shown"]}).json()
    assert (confirmed["stage"], confirmed["rows_total"]) == ("importing", 2)
    run_all_jobs()

    done = mona.get(address).json()
    assert (done["stage"], done["rows_done"], done["shown"]) == ("imported", 2, "")
    assert sorted(mona.names("")) == ["Hill School", "Hill School", "Lake School"]
    assert mona.post(f"{address}cancel/").status_code == 409
    assert mona.post(f"{address}take-back/").json()["stage"] == "taken_back"
    assert mona.names("") == ["Hill School"]


def test_a_file_is_cancelled_before_it_is_imported(cast: Cast, charter_open: Charter, mona: Program) -> None:
    sent = mona.send("Lake School;school;Eastport;lake@school.example\n").json()
    address = f"supporter-imports/{sent['id']}/"
    run_all_jobs()

    assert mona.post(f"{address}cancel/").json()["stage"] == "cancelled"
    assert mona.get(f"{address}rows/").json()["results"] == []
    assert [row["stage"] for row in mona.get("supporter-imports/").json()["results"]] == ["cancelled"]
    assert Program(cast.rita).get("supporter-imports/").status_code == 403
    with acting_as(SYSTEM):
        assert (Supporter.objects.count(), SupporterImport.objects.count()) == (0, 1)
