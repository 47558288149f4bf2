"""The index of the public search after acts that change very much of it: jobs make it anew, a few texts at a time."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import CycleState, PublicQuestionState, Side, SupporterState
from alliance.models import Supporter, SupporterContact, SupporterImport
from alliance.services.organisations import describe_organisation, rename_organisation
from alliance.services.public_questions import hide_question
from alliance.services.publications import record_charter_publication
from alliance.services.search_documents import refresh_question_document
from alliance.services.search_site import forget_supporters, refresh_supporters
from alliance.services.supporters import hide_supporter
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.publishing import read_public_revision, touch_public_revision, touch_public_revision_soon
from portal.kernel.search import SearchDocument, documents, find
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import search_figures
from tests.support.public_search import kinds_of
from tests.support.published_reports import make_published_report
from tests.support.world_public_questions import make_public_question
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db


def rows_by_source() -> dict[str, set[int]]:
    """The rows of the index by the source that wrote them."""
    rows: dict[str, set[int]] = {}
    for scope, pk in SearchDocument.objects.values_list("scope", "pk"):
        rows.setdefault(scope.partition(":")[0], set()).add(pk)
    return rows


def test_a_charter_in_force_has_the_figures_of_members_made_anew_by_jobs(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "_JOB_NAMES", 1)
    charter = read_charter()
    cycle = make_cycle(charter, "2026-h1", CycleState.PUBLISHED)
    for member in (cast.aurora, cast.beacon):
        make_service(member, f"clips-{member.slug}")
        make_published_report(cycle, member, search_figures(), answer="Looked at within an hour.")
    run_all_jobs()
    before = rows_by_source()

    with acting_as(SYSTEM) as actor:
        record_charter_publication(actor, charter)

    after = rows_by_source()
    changed = {source for source in after if after[source] != before.get(source)}
    assert changed == {"charter", "publication"}
    queued = Job.objects.filter(kind="refresh_search", state="ready", payload__source="figures")
    assert {job.payload["names"] for job in queued} >= {cast.aurora.slug, cast.beacon.slug}

    run_all_jobs()

    assert rows_by_source()["figures"].isdisjoint(before["figures"])
    assert rows_by_source()["report"] == before["report"]


def test_questions_about_a_member_are_found_by_its_new_and_its_former_name(cast: Cast) -> None:
    question = make_public_question(
        cast.aurora, answer="By documents.", answer_language="en", answered_at=clock.now(),
        answer_side=Side.SECRETARIAT, state=PublicQuestionState.ANSWERED, asker_agrees=True,
        published_at=clock.now(),
    )  # fmt: skip
    with acting_as(SYSTEM):
        refresh_question_document(question)
    assert "question" in kinds_of("Aurora")

    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis", "ru": "Бореалис"})
        rename_organisation(actor, cast.aurora, {"en": "Northern Sky", "ru": "Северное небо"})
    run_all_jobs()

    for name in ("Northern", "Borealis", "Бореалис", "Aurora"):
        assert "question" in kinds_of(name), name


def test_search_documents_after_a_change_of_name_have_the_new_name(cast: Cast) -> None:
    """A publication that was under way read the former name."""
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis", "ru": "Бореалис"})
    question = make_public_question(
        cast.aurora, answer="By documents.", answer_language="en", answered_at=clock.now(),
        answer_side=Side.SECRETARIAT, state=PublicQuestionState.ANSWERED, asker_agrees=True,
        published_at=clock.now(),
    )  # fmt: skip
    with acting_as(SYSTEM):
        refresh_question_document(question)
        row = SearchDocument.objects.get(scope=f"question:{question.pk}")

    run_all_jobs()

    assert not SearchDocument.objects.filter(pk=row.pk).exists()
    assert "question" in kinds_of("Borealis")


def test_a_supporter_is_found_while_it_is_listed(cast: Cast, client: Client) -> None:
    charter = read_charter()
    supporter = make_supporter(charter, "Harbour School", town="Eastport")
    other = make_supporter(charter, "Harbour Library", kind="library", state=SupporterState.HIDDEN)
    with acting_as(SYSTEM):
        refresh_supporters([supporter, other])

    page = client.get("/en/search/?q=harbour")
    assert kinds_of("harbour") == {"supporter"}
    assert f'href="/en/supporters/{supporter.pk}/"' in page.text
    assert "Harbour Library" not in page.text
    assert {hit.kind for hit in find("harbour", {"supporter": ["library"]}).hits} == set()

    hide_supporter(cast.actor("mona"), supporter, "It asked us to.")

    assert kinds_of("harbour") == set()


def test_a_supporter_is_dated_by_when_it_was_listed(cast: Cast) -> None:
    """Followers of a search read what is dated since their last letter."""
    charter, now = read_charter(), clock.now()
    confirmed, entered = (make_supporter(charter, name) for name in ("Harbour School", "Harbour Club"))
    with acting_as(SYSTEM):
        upload = SupporterImport.objects.create(
            person=cast.mona, charter=charter, name="ours.csv", file="", size=1, imported_at=now
        )
        imported = make_supporter(charter, "Harbour Library", import_number=upload.pk)
        SupporterContact.objects.filter(supporter=confirmed).update(confirmed_at=now)
        refresh_supporters([confirmed, entered, imported])

    dates = dict(SearchDocument.objects.filter(kind="supporter").values_list("titles__en", "at"))
    assert dates["Harbour School"] == dates["Harbour Library"] == now
    assert dates["Harbour Club"] == Supporter.objects.get(pk=entered.pk).created_at


def test_hiding_and_removing_a_supporter_wait_for_the_job_that_reads_it(cast: Cast) -> None:
    supporter = make_supporter(read_charter(), "Harbour School")

    for act in (
        lambda: hide_supporter(cast.actor("mona"), supporter, "It asked us to."),
        lambda: forget_supporters([supporter.pk]),
    ):
        with CaptureQueriesContext(connection) as queries:
            act()
        statements = [query["sql"] for query in queries]
        # the lock of the source, which such a job holds
        lock, removal = (
            next(place for place, sql in enumerate(statements) if words in sql)
            for words in (
                "pg_advisory_xact_lock(hashtextextended('search:supporter'",
                'DELETE FROM "portal_searchdocument"',
            )
        )
        assert lock < removal
        # nor for a publication in progress, which may take its time
        assert not any("pg_advisory_xact_lock(1" in sql for sql in statements)


@pytest.mark.django_db(transaction=True)
def test_a_question_that_is_hidden_while_the_index_is_rebuilt_is_not_found_afterwards(cast: Cast) -> None:
    question = make_public_question(
        cast.aurora, answer="By documents.", answer_language="en", answered_at=clock.now(),
        answer_side=Side.SECRETARIAT, state=PublicQuestionState.ANSWERED, asker_agrees=True,
        published_at=clock.now(),
    )  # fmt: skip
    with acting_as(SYSTEM):
        documents.rebuild_index()
    assert "question" in kinds_of("Aurora")
    is_read = Event()

    def rebuild_slowly() -> None:
        with acting_as(SYSTEM), transaction.atomic():
            documents.rebuild_index()
            is_read.set()
            time.sleep(0.5)  # the act below has begun by then, and waits
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        rebuilding = pool.submit(rebuild_slowly)
        assert is_read.wait(60)
        with acting_as(cast.actor("mona")) as actor:
            hide_question(actor, question, "It names a child.")
            describe_organisation(
                actor, cast.aurora, sectors={"en": "Video", "ru": "Видео"}, website="", four_eyes=False
            )
        rebuilding.result(60)

    scopes = list(SearchDocument.objects.values_list("scope", flat=True))
    assert f"question:{question.pk}" not in scopes
    assert scopes.count(f"member:{cast.aurora.slug}") == 1


def test_while_a_publication_is_in_progress_a_supporter_is_out_at_once_and_in_by_a_job(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    supporter = make_supporter(read_charter(), "Harbour School")
    with acting_as(SYSTEM):
        refresh_supporters([supporter])
        Supporter.objects.update(name="Lighthouse School")
        monkeypatch.setattr(documents, "try_hold_publications", lambda: False)
        refresh_supporters([supporter])
    assert kinds_of("harbour") == kinds_of("lighthouse") == set()

    run_all_jobs()

    assert (kinds_of("harbour"), kinds_of("lighthouse")) == (set(), {"supporter"})


@pytest.mark.django_db(transaction=True)
def test_public_pages_are_made_anew_by_a_job_where_a_publication_in_progress_holds_their_revision(
    cast: Cast,
) -> None:
    with acting_as(SYSTEM):
        touch_public_revision_soon()
    before = read_public_revision()
    is_held, is_done = Event(), Event()

    def publish_slowly() -> None:
        with acting_as(SYSTEM), transaction.atomic():
            touch_public_revision()
            is_held.set()
            is_done.wait(60)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        publication = pool.submit(publish_slowly)
        assert is_held.wait(60)
        with acting_as(SYSTEM):
            touch_public_revision_soon()
        is_done.set()
        publication.result(60)
    assert read_public_revision() == before + 1

    run_all_jobs()

    assert read_public_revision() == before + 2


def test_the_index_is_made_anew_by_jobs_beside_the_portal(cast: Cast) -> None:
    """What the index has of texts that are no more is taken out too."""
    supporter = make_supporter(read_charter(), "Harbour School")
    with acting_as(SYSTEM):
        refresh_supporters([supporter])
        documents.rebuild_index()
        before = rows_by_source()
        left = SearchDocument.objects.get(scope=f"supporter:{supporter.pk}")
        left.pk, left.scope = None, "supporter:0"
        left.save()

    output = StringIO()
    call_command("refresh_search", stdout=output)

    named = sum(len(rows) for rows in before.values())
    count = int(output.getvalue().partition(" ")[0])
    assert 0 < count <= named + 1
    assert {
        key: rows & before[key] for key, rows in rows_by_source().items()
    } == before  # until a worker comes
    run_all_jobs()
    after = rows_by_source()
    assert after.keys() == before.keys()
    assert not any(after[key] & before[key] for key in after)
    assert not SearchDocument.objects.filter(scope="supporter:0").exists()
