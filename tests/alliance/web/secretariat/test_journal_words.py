"""The words of the journal: every kind, fact, code and object that is recorded has them, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from alliance.enums import AccountDecisionKind
from alliance.models import Report, Response
from alliance.queries.journal import NO_FILTER, journal_rows
from alliance.queries.journal_export import export_batches
from alliance.workflows import WORKFLOWS
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.files import FILE_WORKFLOW
from portal.kernel.journal import Event
from portal.kernel.operations import JOB_WORKFLOW
from portal.kernel.publishing import Publication
from practices.models import ModelRun
from practices.workflows import AFFILIATION, PRACTICE, REQUEST
from tests.factories import Cast
from tests.support.corrections import LIVE, correct
from tests.support.pages import signed_in, words_of
from tests.support.withdrawals import last_publication, publish_report_with_reply, withdraw

pytestmark = pytest.mark.django_db
URL = "/secretariat/journal/"
RECORDERS = ("record", "_record", "_emptied", "_end", "_change")
KIND = re.compile(r"[a-z]+\.[a-z_]+")


def recorded_kinds() -> Iterator[str]:
    """Every kind that the code records: steps of state tables, and what stands in calls of the recorders."""
    for workflow in (*WORKFLOWS, AFFILIATION, PRACTICE, REQUEST, FILE_WORKFLOW, JOB_WORKFLOW):
        yield from (workflow.rule(action) for action in workflow.steps)
    yield from (f"person.{kind}" for kind in AccountDecisionKind.values)
    for call in calls_of(RECORDERS):
        for part in (each for argument in call.args for each in ast.walk(argument)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and KIND.fullmatch(part.value):
                yield part.value


def calls_of(names: tuple[str, ...]) -> Iterator[ast.Call]:
    """Every call of a function of these names that stands in the code."""
    for layer in ("portal", "alliance", "practices"):
        for path in sorted(Path(settings.BASE_DIR, layer).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            # most modules have none, and need not be parsed
            if any(f"{name}(" in text for name in names):
                nodes = ast.walk(ast.parse(text))
                yield from (node for node in nodes if isinstance(node, ast.Call) and _called(node) in names)


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def test_every_kind_that_is_recorded_has_words_in_both_languages() -> None:
    event_kinds = sorted(set(recorded_kinds()))
    assert len(event_kinds) > 100
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            silent = [kind for kind in event_kinds if journal.sentence_for(kind) == kind]
            nameless = [
                kind
                for kind in event_kinds
                if journal.target_name(kind.partition(".")[0]) == kind.partition(".")[0]
            ]
        assert (silent, nameless) == ([], [])
    with translation.override("ru"):
        russian = {kind: journal.sentence_for(kind) for kind in event_kinds}
    assert [kind for kind, words in russian.items() if not re.search("[а-яё]", words)] == []


def test_every_fact_that_is_recorded_has_words_in_russian() -> None:
    facts = sorted(
        {
            fact.arg
            for call in calls_of(("record", "_record"))
            for fact in call.keywords
            if fact.arg and fact.arg not in ("source", "target")  # states, which are named themselves
        }
    )
    assert len(facts) > 40
    with translation.override("ru"):
        assert [fact for fact in facts if not re.search("[а-яё]|SHA-256", journal.detail_name(fact))] == []


def test_codes_are_shown_by_their_words(cast: Cast) -> None:
    recorded = (
        ("membership.grant", {"before": ["editor"], "grants": ["signatory", "unheard-of"]}),
        ("person.change_factors", {"change": "add_app"}),
        ("person.change_profile", {"fields": ["name", "language"]}),
        ("document.request", {"document_kind": "cycle.summary"}),
        ("supporter.correct", {"changed": ["town", "website"]}),
        ("site.rename", {"changed": ["name_ru", "contact"]}),
    )
    for kind, facts in recorded:
        journal.record(cast.actor("sven"), kind, cast.sven, **facts)

    with acting_as(cast.actor("mona")), translation.override("ru"):
        lines = journal_rows(cast.actor("mona"), list(Event.objects.order_by("pk"))[-len(recorded) :])
        shown = [line.details_text for line in lines]

    assert shown == [
        "Ранее: Редактор, Права: Подписант, unheard-of",
        "Что: Приложение с кодами добавлено",
        "Что: Имя, Язык",
        "Вид: Сводный отчёт альянса",
        "Что: Населённый пункт, Сайт",
        "Что: Имя (ru), Контакты",
    ]


def test_a_generated_document_is_named_and_leads_to_those_of_its_kind(cast: Cast) -> None:
    document = Document.objects.create(
        kind="cycle.summary", target_id=1, language="en", title="Half 1: summary"
    )
    journal.record(SYSTEM, "document.ready", document)
    page = signed_in(cast.mona).get(URL).content.decode()
    link = '<a href="/secretariat/documents/generated/?kind=cycle.summary">Half 1: summary</a>'
    assert link in page


def test_a_partner_is_shown_by_its_name(cast: Cast) -> None:
    journal.record(cast.actor("mona"), "invited_comment.invite", cast.aurora, partner=cast.beacon.pk)

    with acting_as(cast.actor("mona")), translation.override("ru"):
        (line,) = journal_rows(cast.actor("mona"), list(Event.objects.order_by("-pk")[:1]))
        assert line.details_text == f"Партнёр: {cast.beacon.name}"


def test_journal_values_name_people_and_reports_and_leave_out_empty_ones(cast: Cast, report: Report) -> None:
    mona = cast.actor("mona")
    facts = {"reviewer": cast.rita.pk, "earlier_reviewer": None, "assignment": 24, "mentioned": []}
    journal.record(mona, "report.assign", report, **facts)
    journal.record(mona, "cycle.remind", report.cycle, reports=[report.pk])
    journal.record(mona, "invited_comment.member_agree", cast.aurora, agrees=False, side="member")

    with acting_as(mona):
        lines = journal_rows(mona, list(Event.objects.order_by("-pk")[:3]))
        assert [line.details_text for line in lines] == [
            "Side: The member, Agrees: No",
            f"Reports: {report.organisation.name}",
            "Reviewer: Rita",
        ]


def test_entries_of_corrections_and_withdrawals_say_what_they_are_about(cast: Cast) -> None:
    publish_report_with_reply(cast)
    report = Report.objects.get()
    correct(cast, report, LIVE, "349")
    request = withdraw(cast, last_publication("report"))
    mona = signed_in(cast.mona)

    pages = [mona.get(address) for address in (URL, f"/secretariat/reports/{report.pk}/story/")]

    for page in pages:
        words = words_of(page)
        assert words.count("Content actioned, Aurora Live: 394 → 349") == 3  # proposed, agreed to, published
        assert "Record:" not in words
        assert f"Publication No. {request.of_publication}" in words
        assert f'href="/en/publications/{request.of_publication}/"' in page.text
        title = Publication.objects.get(type="report", revision=1).title["en"]
        assert title in words
    assert f'href="/secretariat/withdrawals/{request.pk}/"' in pages[0].text
    actor = cast.actor("mona")
    with acting_as(actor), translation.override("en"):
        rows = [row for portion in export_batches(actor, NO_FILTER, "en") for row in portion]
    (proposed,) = [row.details for row in rows if row.kind == "correction.propose"]
    assert proposed.endswith("; Content actioned, Aurora Live: 394 → 349")


def test_a_correction_that_the_reader_may_not_see_has_no_values(cast: Cast) -> None:
    publish_report_with_reply(cast)
    correct(cast, Report.objects.get(), LIVE, "349")
    events = list(Event.objects.filter(kind="correction.propose"))

    with acting_as(cast.actor("carol")) as rival:
        (row,) = journal_rows(rival, events)

    assert row.values.rows == ()


def test_the_files_name_in_their_details_what_the_page_names(cast: Cast, report: Report) -> None:
    """What no page names stands in the files alone, by its number."""
    mona = cast.actor("mona")
    with acting_as(SYSTEM):
        reply = Response.objects.create(
            report=report, organisation=cast.aurora, text="We count anew.", language="en",
            signed_by=cast.sven, signatory_name="Sven",
        )  # fmt: skip
    journal.record(cast.actor("sven"), "report.respond", report, response=reply.pk)
    journal.record(mona, "invited_comment.invite", cast.aurora, partner=cast.beacon.pk)
    journal.record(mona, "report.assign", report, reviewer=cast.rita.pk, assignment=24)
    journal.record(mona, "cycle.remind", report.cycle, reports=[report.pk])

    with acting_as(mona), translation.override("en"):
        page = [row.details_text for row in journal_rows(mona, list(Event.objects.order_by("-pk")[:4]))]
        rows = [row.details for portion in export_batches(mona, NO_FILTER, "en") for row in portion][:4]

    assert page[-1] == "Reply: all verdicts"
    assert rows == [page[0], f"{page[1]}, Assignment: 24", *page[2:]]


def test_a_step_is_shown_by_the_names_of_its_states(cast: Cast) -> None:
    journal.record(
        cast.actor("mona"), "organisation.suspend", cast.aurora, source="active", target="suspended"
    )
    journal.record(
        cast.actor("mona"), "organisation.expel", cast.aurora, source="unheard-of", target="former"
    )

    with acting_as(cast.actor("mona")), translation.override("en"):
        lines = journal_rows(cast.actor("mona"), list(Event.objects.order_by("-pk")[:2]))

    assert [line.details_text for line in lines] == ["unheard-of → Former", "Active → Suspended"]


def test_each_kind_of_object_has_a_name() -> None:
    assert [group for group, name in journal.target_groups() if name == group] == []
    # an entry without its page is about its table
    assert journal.target_name(str(ModelRun._meta.model_name)) == "Run on a test set"


def test_the_larger_act_and_a_label_are_named_in_words(cast: Cast) -> None:
    journal.record(cast.actor("mona"), "report.publish", cast.aurora, within="cycle.publish")
    journal.record(cast.actor("mona"), "practice.share", cast.aurora, label="amber_strict")

    with acting_as(cast.actor("mona")), translation.override("ru"):
        lines = journal_rows(cast.actor("mona"), list(Event.objects.order_by("pk"))[-2:])
        shown = [line.details_text for line in lines]

    assert shown == [
        "В составе действия: Цикл опубликован",
        "Метка: TLP:AMBER+STRICT",
    ]
