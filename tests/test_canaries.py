"""Nothing confidential reaches anybody it is not for: a canary in each field, looked for on every page and file.

Five people walk by default, one of each kind of reader, and open two of what a list has many of; with `--full` five
more, who open one.
"""

import io
import logging
from collections.abc import Iterable, Iterator, Mapping
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from alliance.models import Organisation, Person
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.queries.public.report_editions import report_edition
from alliance.services.public_documents import CYCLE_KINDS, request_public_cycle, request_public_report
from portal.kernel import jobs
from portal.kernel.documents import Document
from portal.kernel.jobs import queue
from tests.policy import ACCOUNTS, CASES, PUBLIC, SECRETARIAT, SITE, WORKSPACE, Case
from tests.support.canaries import AUDIENCE, ON_NO_PAGE, canary, leaks
from tests.support.crawler import crawl
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import all_strings_of
from tests.support.public_urls import all_public_urls
from tests.support.shares import Share
from tests.support.visitors import CapturedAnswer, SignedInClients, capture
from tests.support.workbooks import content_of, everything_in
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("rollback"), pytest.mark.xdist_group("canaries")]

# The public pages are the same for all; who has the link of a letter reads for whom it is.
PUBLIC_PAGES, LINKS_OF_LETTERS = (
    ("/en/", "/ru/", "/api/v1/problems/"),
    ("/accounts/invitation/", "/accounts/address/"),
)
# The same page for every target: the redirect that leads there names the target.
SIGN_IN = "/accounts/login/?next="
HOSTS = ("rita", "mona")
# The public, somebody of the organisation whose data it is, their rival, the secretariat, a partner.
WALKERS = ("vera", "alice", "carol", "mona", "petra")
MORE_WALKERS = ("sven", "bob", "rita", "selma", "emil")
OUTSIDE = {"vera", "carol", "petra", "selma", "emil"}
COLLEAGUES = {"carol": "@beacon-search.example"}  # whose addresses they do read
# Of addresses that differ in an id alone, so many besides those that the table of pages names.
ALIKE, ALIKE_FOR_MORE = 2, 1
# By then these are not among the two, and no other page shows one of their fields: as whom, and the records.
ALSO = (
    ("alice", "workspace:report", ("report.concluded", "report.awaiting")),
    ("alice", "workspace:report-measure", ("report.measure", "report.in_review")),
    ("alice", "workspace:report-submission", ("receipt.published",)),
    ("mona", "secretariat:cycle", ("cycle.concluded",)),
    ("mona", "secretariat:review-measure", ("review.measure", "report.late")),
)
# What a signatory or administrator alone opens: by default Sven asks for that, and walks nowhere else.
OF_SIGNATORIES = ("workspace:report-disclose", "workspace:webhook-list")
# Secret addresses, with whose they are: whoever has one reads as that person does, and nobody else knows it.
OWNERS_OF_ADDRESSES = {"feed.token": "alice"}
# Who knows of it: everybody.
NOT_CONFIDENTIAL = {"practice-clear", "practice-withdrawn"}
Walks = Mapping[str, Mapping[str, CapturedAnswer]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "walker" in metafunc.fixturenames:
        options = metafunc.config.option
        metafunc.parametrize("walker", walkers(full=options.full, share=options.share))


def walkers(*, full: bool, share: Share) -> tuple[str, ...]:
    return (*WALKERS, *share.part(MORE_WALKERS)) if full else WALKERS


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What production would write to its log, from the first request of the walk to the last."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    lines = dict(settings.LOGGING["formatters"]["lines"])
    handler.setFormatter(lines.pop("()")(**lines))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def letters(world: World) -> list[Any]:
    """Every pending job is done: the public report and its cycle are built, and the letters written."""
    edition, cycle = report_edition("aurora-video", "2023-h2"), cycle_edition("2023-h2")
    assert edition is not None
    assert cycle is not None
    for language, _name in settings.LANGUAGES:
        for format_ in CYCLE_KINDS:
            request_public_cycle(cycle, language, format_)
        for format_ in ("pdf", "xlsx", "json"):
            request_public_report(edition, language, format_)
    mail.outbox = []
    with translation.override("en"):
        run_all_jobs()
    return list(mail.outbox)


@pytest.fixture(scope="module")
def walks(
    world: World,
    letters: list[Any],
    visitors: SignedInClients,
    log: io.StringIO,
    full: bool,
    share: Share,
) -> Walks:
    """Every page, file and feed that each of them gets; without --full the public pages in one language."""
    signed = known(world, (line for line in WORKSPACE if line.route in OF_SIGNATORIES))
    return {
        "sven": {url: visitors.ask("sven", "GET", url) for url in signed},
        **{name: walk(world, visitors, name, full=full) for name in walkers(full=full, share=share)},
    }


def walk(world: World, visitors: SignedInClients, name: str, *, full: bool) -> Mapping[str, CapturedAnswer]:
    if name == "vera":
        # that the public is sent to sign in everywhere else is asked of each address by test_permissions
        start = [
            *known(world, not_secret(name, CASES if full else (*SITE, *PUBLIC))),
            *all_public_urls(),
            "/en/no-such-page/",
        ]
        avoid = LINKS_OF_LETTERS if full else (*LINKS_OF_LETTERS, "/ru/")
    else:
        start = [
            *known(world, not_secret(name, (*ACCOUNTS, *(SECRETARIAT if name in HOSTS else WORKSPACE)))),
            *also(world, name),
        ]
        avoid = (*PUBLIC_PAGES, *LINKS_OF_LETTERS)
    alike = ALIKE if name in WALKERS else ALIKE_FOR_MORE
    return crawl(visitors, name, start, avoid=avoid, once=SIGN_IN, alike=alike)


def not_secret(name: str, lines: Iterable[Case]) -> Iterator[Case]:
    return (line for line in lines if OWNERS_OF_ADDRESSES.get(line.object_name, name) == name)


def known(world: World, lines: Iterable[Case]) -> list[str]:
    places = [
        (line, {**(world[line.object_name] if line.object_name else {}), **line.extra_kwargs})
        for line in lines
    ]
    return [reverse(line.route, kwargs=place) + line.query for line, place in places]


def also(world: World, name: str) -> list[str]:
    """Of several records the last says which, the first what else the address names."""
    return [
        reverse(route, kwargs={key: value for record in records for key, value in world[record].items()})
        for who, route, records in ALSO
        if who == name
    ]


def text_of(captured_answer: CapturedAnswer) -> str:
    return f"{captured_answer.headers} {captured_answer.text}"


def canaries_in(walk: Mapping[str, CapturedAnswer], others: tuple[str, ...] = ()) -> dict[str, str]:
    """The canaries of a walk, each with an address that shows it."""
    return {name: url for url, seen in walk.items() for name in leaks(text_of(seen), others)}


def not_for(name: str, walk: Mapping[str, CapturedAnswer]) -> dict[str, str]:
    """The canaries of this person's walk that are for others alone."""
    return {field: url for field, url in canaries_in(walk).items() if name not in AUDIENCE.get(field, ())}


def test_what_could_leak_is_really_shown_to_those_it_is_for(walks: Walks) -> None:
    canaries = {name: canaries_in(walk) for name, walk in walks.items()}

    unseen = {
        field
        for field, audience in AUDIENCE.items()
        if (walking := audience & canaries.keys()) and not any(field in canaries[name] for name in walking)
    }

    assert unseen == ON_NO_PAGE


def test_nobody_reads_what_is_not_for_them(walks: Walks, walker: str) -> None:
    assert not_for(walker, walks[walker]) == {}


def test_a_signatory_reads_nothing_on_the_pages_of_signatories_that_is_not_for_them(walks: Walks) -> None:
    assert not_for("sven", walks["sven"]) == {}


def test_each_field_is_looked_for_with_somebody_it_is_not_for() -> None:
    assert {field for field, audience in AUDIENCE.items() if audience >= set(WALKERS)} == NOT_CONFIDENTIAL


def test_a_canary_is_noticed_with_everybody_it_is_not_for() -> None:
    """Of every field: in headers and in texts, in capitals and in numbers that are grouped."""
    for field, audience in AUDIENCE.items():
        word = f"{int(field):,}" if field.isdigit() else canary(field)
        pages = {
            "/header/": CapturedAnswer(302, {"Location": f"/{word}/"}, (), b""),
            "/text/": CapturedAnswer(200, {}, (), f"<h1>{word.upper()}</h1>".encode()),
        }
        for url, page in pages.items():
            noticed = {name for name in WALKERS if not_for(name, {url: page}) == {field: url}}
            assert noticed == set(WALKERS) - audience, (field, url)


def test_a_leak_into_a_page_is_noticed(world: World) -> None:
    visitors = SignedInClients({name: world.people[name] for name in ("alice", "carol", "petra")})
    Organisation.objects.filter(pk=world.cast.aurora.pk).update(name_en=canary("note"))
    practice = reverse("workspace:practice", kwargs=world["practice.green"])
    pages = {name: visitors.ask(name, "GET", practice) for name in ("carol", "petra")}
    pages |= {
        "alice": visitors.ask("alice", "GET", "/workspace/"),
        "vera": capture(Client().get("/en/members/")),
    }

    leaks = {name: set(not_for(name, {"": page})) for name, page in pages.items()}
    assert leaks == {name: {"note"} for name in pages}


def test_nobody_outside_reads_addresses_of_people(walks: Walks) -> None:
    for name in OUTSIDE & walks.keys():
        addresses = tuple(
            email
            for email in people()
            if not email.startswith(f"{name}@") and not email.endswith(COLLEAGUES.get(name, "/"))
        )
        leaked = canaries_in(walks[name], addresses)
        assert {email: url for email, url in leaked.items() if email in addresses} == {}, name


def people() -> list[str]:
    """The addresses of all people; that there are some is seen where they may be."""
    return list(Person.objects.values_list("email", flat=True))


def test_the_walk_goes_everywhere(walks: Walks) -> None:
    pages = {name: sum(seen.status == 200 for seen in walk.values()) for name, walk in walks.items()}
    addresses = canaries_in(walks["alice"], tuple(people()))

    assert min(pages["vera"], pages["alice"], pages["mona"]) > 60
    assert {seen.status for walk in walks.values() for seen in walk.values()} <= {
        200,
        301,
        302,
        403,
        404,
        405,
        422,  # a provider that is off
        503,  # and one that nobody runs
    }
    assert "bob@aurora-video.example" in addresses


def test_the_papers_of_the_public_say_nothing_confidential(walks: Walks) -> None:
    documents = list(Document.objects.filter(requested_by=None))
    names = [document.file_name for document in documents]

    assert {
        document.file_name: leaked_names
        for document in documents
        if (leaked_names := leaks(all_text_of(document), people()))
    } == {}
    assert sorted(name.rpartition(".")[2] for name in names) == ["json"] * 2 + ["pdf"] * 6 + ["xlsx"] * 6


def all_text_of(document: Document) -> str:
    """Every letter of a file, whatever its format."""
    if document.file_name.endswith(".pdf"):
        return all_strings_of(document)
    content = content_of(document)
    return everything_in(content) if document.file_name.endswith(".xlsx") else content.decode()


def test_a_letter_says_what_its_reader_may_know(letters: list[Any]) -> None:
    """Recipients know their own address, a new one too."""
    letter_leaks = [
        (letter.to[0].partition("@")[0], leaks(str(letter.message()).replace(letter.to[0], "")))
        for letter in letters
    ]

    assert len(letter_leaks) >= 3
    assert [
        (name, field)
        for name, fields in letter_leaks
        for field in fields
        if name not in AUDIENCE.get(field, ())
    ] == []
    assert {len(letter.recipients()) for letter in letters} == {1}


# --- Errors and logs -------------------------------------------------------------------------


@pytest.fixture
def clumsy() -> Client:
    """A browser that shows error pages, and whose forms carry no token."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.parametrize("url", ["/en/members/", "/workspace/", "/accounts/login/"])
def test_a_page_that_breaks_says_nothing_of_what_it_was_about(
    clumsy: Client, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, url: str
) -> None:
    words = f"{canary('exception')} alice@aurora-video.example"

    def breaks(*_arguments: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr("portal.kernel.web.refusals.RefusalMiddleware.__call__", breaks)
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", breaks)
    answer = clumsy.get(url)

    assert (answer.status_code, leaks(f"{answer.headers} {answer.text}", people())) == (500, set())
    assert "RuntimeError" in log.getvalue()


def test_a_forged_form_learns_nothing(clumsy: Client, world: World) -> None:
    answer = clumsy.post("/accounts/login/", {"login": "alice@aurora-video.example", "password": "wrong"})

    assert (answer.status_code, leaks(answer.text, people())) == (403, set())


def test_the_log_names_nobody_and_quotes_nothing(
    walks: Walks, log: io.StringIO, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the walk: a wrong password, a forgotten one, letters' links, a letter that the server refuses."""
    client, wrong = (
        Client(raise_request_exception=False),
        {"login": "alice@aurora-video.example", "password": "wr0ng"},
    )
    client.post("/accounts/login/", wrong)
    client.post("/accounts/password/reset/", {"email": "alice@aurora-video.example"})
    links = [
        known(world, [line])[0] for line in ACCOUNTS if line.object_name in ("reset", "invitation.token")
    ]
    for link in links:
        client.get(link)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    do_jobs_that_fail()

    keys = (world["reset"]["key"], world["invitation.token"]["token"], "wr0ng")
    assert leaks(log.getvalue(), (*people(), *keys)) == set()
    assert {"request_finished", "job_failed"} <= {
        word for word in ("request_finished", "job_failed") if word in log.getvalue()
    }


def refuse(_backend: object, messages: list[Any]) -> None:
    """For now: the letter is tried again, and its job has failed."""
    raise SMTPRecipientsRefused({messages[0].to[0]: (450, canary("smtp").encode())})


def do_jobs_that_fail() -> None:
    for job_id in queue.due_ids():
        jobs.run_job(job_id)
