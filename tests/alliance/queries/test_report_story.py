"""All about one report: what was done after its publication too, with the words, and all that was published of it."""

from datetime import timedelta

import pytest

from alliance.enums import OrganisationKind, Role
from alliance.models import Measure, Report
from alliance.queries.local_dates import today
from alliance.queries.report_story import publications_of, story_entries, story_events
from alliance.services import mediation
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import add_correction_note, object_to_correction
from alliance.services.withdrawals import (
    ask_for_withdrawal,
    consent_to_withdrawal,
    publish_again,
    refuse_withdrawal,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, actor_of, make_cycle, make_organisation, make_person, read_charter
from tests.support.corrections import LIVE, REASON, figures, proposed
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db
WITHDRAWN = {"en": "It was not theirs.", "ru": "Это был не их отчёт."}


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report, published with a reply; and one of Beacon, of which nothing belongs to its story."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"), replies={"find": "So it is."})
    make_published_report(cycle, cast.beacon)
    make_published_cycle(cycle)
    with acting_as(SYSTEM):
        return Report.objects.select_related("cycle", "organisation").get(organisation=cast.aurora)


def test_a_whole_story_has_corrections_comments_and_withdrawals_with_their_words(
    cast: Cast, report: Report
) -> None:
    correct_against_objection(cast, report)
    ask_a_partner(cast, report)
    withdraw_and_publish_again(cast, report)

    with acting_as(cast.actor("mona")) as mona:
        entries = story_entries(mona, report, list(story_events(mona, report)))
        published = [(row.type, row.record, row.revision) for row in publications_of(report)]

    assert [(entry.row.event.kind, [words.text for words in entry.words]) for entry in entries] == [
        ("report.publish", []),
        ("correction.draft", []),
        ("correction.propose", list(REASON.values())),
        ("correction.add_note", ["See page 4."]),
        ("correction.object", ["It was counted twice."]),
        ("correction.publish", ["It was counted once."]),
        ("invited_comment.invite", ["How well does it work?"]),
        ("invited_comment.give", ["Well by day."]),
        ("invited_comment.withdraw", ["Asked by mistake."]),
        ("publication.withdraw", list(WITHDRAWN.values())),
        ("withdrawal.refuse", ["It stands."]),
        ("publication.withdraw", list(WITHDRAWN.values())),
        ("withdrawal.publish", []),
        ("withdrawal.undo", ["It was theirs after all."]),
    ]
    record = "aurora-video/2026-h1"
    assert published == [
        ("report", record, 1),
        ("response", f"{record}/find", 1),
        ("report", record, 2),
        ("withdrawal", f"report/{record}", 1),
        ("report", record, 3),
        ("response", f"{record}/find", 2),
    ]


def correct_against_objection(cast: Cast, report: Report) -> None:
    """Sven proposes, the secretariat objects, and publishes it nevertheless."""
    correction = proposed(cast, report, LIVE, "349")
    with acting_as(cast.actor("sven")) as sven:
        add_correction_note(sven, correction, "See page 4.")
    with acting_as(cast.actor("mona")) as mona:
        object_to_correction(mona, correction, "It was counted twice.")
        publish_correction(mona, correction, "It was counted once.")


def ask_a_partner(cast: Cast, report: Report) -> None:
    """A partner comments, and the invitation is withdrawn."""
    with acting_as(SYSTEM):
        partner = make_organisation("hotline", OrganisationKind.PARTNER)
        paula = actor_of(make_person("Paula", partner, Role.EDITOR))
        measure = Measure.objects.get(key="search", commitment__charter=report.cycle.charter)
    with acting_as(cast.actor("mona")) as mona:
        comment = mediation.invite_comment(
            mona,
            report,
            measure,
            partner,
            question="How well does it work?",
            language="en",
            due_on=today() + timedelta(days=14),
        )
    with acting_as(paula):
        mediation.give_comment(paula, comment, "Well by day.", "en", agrees=False)
    with acting_as(cast.actor("mona")) as mona:
        mediation.withdraw_invitation(mona, comment, "Asked by mistake.")


def withdraw_and_publish_again(cast: Cast, report: Report) -> None:
    """The withdrawal is refused once, then consented to, and undone."""
    with acting_as(SYSTEM):
        second = actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))
        last = Publication.objects.get(type="report", record="aurora-video/2026-h1", revision=2)
    for decide in (
        lambda row: refuse_withdrawal(second, row, "It stands."),
        lambda row: consent_to_withdrawal(second, row),
    ):
        with acting_as(cast.actor("mona")) as mona:
            withdrawal = ask_for_withdrawal(mona, last, WITHDRAWN)
        with acting_as(second):
            decide(withdrawal)
    with acting_as(cast.actor("mona")) as mona:
        publish_again(mona, withdrawal, "It was theirs after all.")
