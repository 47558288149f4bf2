"""A corrected figure and its verdicts: looked at again, and said in public to stay, or corrected."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from alliance.documents.report.pdf_content import public_pdf
from alliance.enums import Role
from alliance.models import Correction, Report, WithdrawnPublication
from alliance.queries.corrections import (
    CHECK_WAITING,
    WAITING,
    corrections,
    open_corrections,
)
from alliance.queries.local_dates import today
from alliance.queries.open_items import open_items
from alliance.services.verdict_checks import uphold_verdicts
from alliance.tasks import enqueue_reminders_task
from portal.kernel import clock
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.mail import render_letter
from portal.kernel.notices import Channel, Delivery, notice_of
from portal.kernel.publishing import Publication, read_publication, rebuild
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.cast import actor_of
from tests.support.corrections import (
    KIDS,
    LIVE,
    STORY,
    VERDICT,
    WORSE,
    correct,
    correct_verdict,
    figures,
    proposed,
)
from tests.support.jobs import run_all_jobs
from tests.support.letters import FULL
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
STAYS = {"en": "Seven pieces change no share.", "ru": "Семь материалов ничего не меняют в доле."}


@pytest.fixture
def report(cast: Cast) -> Report:
    make_published_report(
        make_cycle(read_charter()), cast.aurora, figures("2960", "394"), verdicts={"find": "limited"}
    )
    report = Report.objects.get()
    report.reviewer_id = cast.rita.pk
    report.save(update_fields=["reviewer"])
    return report


def uphold(
    cast: Cast, correction: Correction, name: str = "rita", reason: dict[str, str] = STAYS
) -> Correction:
    with acting_as(cast.actor(name)) as actor:
        return uphold_verdicts(actor, correction, reason)


def test_a_correction_of_a_correction_takes_over_what_waits(cast: Cast, report: Report) -> None:
    """The verdicts are looked at once, after the last figure: nobody says in public twice that they stay."""
    first = correct(cast, report, LIVE, "349")
    second = correct(cast, report, LIVE, "350")

    first.refresh_from_db()
    assert (first.verdicts_to_check, len(second.verdicts_to_check)) == ([], 2)
    assert Correction.objects.filter(CHECK_WAITING).count() == 1
    page = signed_in(cast.rita).get(f"/secretariat/corrections/{first.pk}/")
    assert f"are looked at after the later correction: Correction {second.pk}" in words_of(page)
    assert f'href="/secretariat/corrections/{second.pk}/"' in page.text
    third = correct(cast, report, LIVE, "351")
    for row in (first, second):
        page = signed_in(cast.rita).get(f"/secretariat/corrections/{row.pk}/")
        assert f"are looked at after the later correction: Correction {third.pk}" in words_of(page)
    uphold(cast, third)
    page = signed_in(cast.rita).get(f"/secretariat/corrections/{first.pk}/")
    assert f"were looked at after the later correction: Correction {third.pk}" in words_of(page)


def test_a_later_correction_takes_over_nothing_where_nothing_waits_any_more(
    cast: Cast, report: Report
) -> None:
    first = correct(cast, report, LIVE, "349")
    Correction.objects.filter(pk=first.pk).update(verdicts_to_check=first.verdicts_to_check[:1])
    correct_verdict(
        cast,
        report,
        {"value": "substantial", "reason": "More than we knew.", "difference": "It weighs most."},
    )
    second = correct(cast, report, LIVE, "350")

    first.refresh_from_db()
    assert (first.verdicts_to_check, first.checked_after) == ([], None)
    assert len(second.verdicts_to_check) == 2
    page = words_of(signed_in(cast.rita).get(f"/secretariat/corrections/{first.pk}/"))
    assert "the later correction" not in page
    by = Correction.objects.filter(items__subject="verdict").get()
    assert "Verdicts looked at again Corrected when they were looked at again:" in page
    assert f"Limited → Substantial · Correction {by.pk}" in page


def test_verdicts_wait_for_each_correction_of_other_figures_by_its_own_day(
    cast: Cast, report: Report
) -> None:
    first = correct(cast, report, LIVE, "349")
    soon = today() + timedelta(days=1)
    Correction.objects.update(check_verdicts_by=soon)
    second = correct(cast, report, KIDS, "2961")

    first.refresh_from_db()
    assert [len(each.verdicts_to_check) for each in (first, second)] == [2, 2]
    assert first.check_verdicts_by == soon < second.check_verdicts_by


def test_verdicts_that_stay_are_the_next_revision(cast: Cast, report: Report, client: Client) -> None:
    correction = correct(cast, report, LIVE, "349")
    assert [key.split("~")[1:3] for key in correction.verdicts_to_check] == [["find", ""], ["find", "search"]]
    with acting_as(cast.actor("rita")) as rita:
        (item,) = [each for each in open_items(rita, cast.aurora) if "look at again" in each.title]
        assert (item.due_on, item.waits_for_us) == (correction.check_verdicts_by, True)
        assert (corrections(rita).filter(WAITING).count(), open_corrections(rita).count()) == (1, 0)
    home = words_of(signed_in(cast.rita).get("/secretariat/"))
    assert "1 published correction whose verdicts are to be looked at again" in home
    assert "correction open" not in home
    done = uphold(cast, correction)

    second, third = Publication.objects.filter(type="report", revision__gt=1).order_by("revision")
    assert (done.upheld_as, done.verdicts_to_check, third.previous_id) == (third.number, [], second.number)
    before, after = read_publication(second), read_publication(third)
    first_entry, entry = after.pop("corrections")
    assert {**before, "corrections": 0} == {**after, "corrections": 0}
    assert first_entry == {**before["corrections"][0], "publication": second.number}
    assert (entry["reason"], entry["of_publication"], entry["items"]) == (STAYS, second.number, [])
    assert entry["upheld"] == [
        {"commitment": "find", "measure": measure, "value": "limited"} for measure in ("", "search")
    ]
    assert Event.objects.filter(kind="correction.uphold_verdicts", person_id=cast.rita.pk).count() == 1
    rebuild()
    page = client.get("/en/reports/aurora-video/2026-h1/").content.decode()
    for words in ("394", "looked at again and stays", STAYS["en"], "they stay, and the values are the same"):
        assert words in page
    banner = page.partition('class="correction ')[2].partition("</aside>")[0]
    for words in ("Revision 2", f"No. {second.number}", f"/publications/{second.previous_id}/"):
        assert words in banner
    assert f"No. {third.number}" not in banner
    page = words_of(client.get(f"/en/publications/{third.number}/"))
    assert f"Reason Its verdicts were looked at again and stay: {STAYS['en']}" in page
    with translation.override("en"):
        title, text = public_pdf(third.number, "en").cover.notice or ("", "")
    assert title == "Verdicts looked at again"
    assert "The values are the same. Its verdicts were looked at again and stay" in text
    assert f"No. {second.number} corrected figures" in text
    assert client.get("/en/reports/aurora-video/2026-h1/?revision=2").content.decode().count(STAYS["en"]) == 0
    for address in ("feed", "members/aurora-video", "commitments/find"):
        assert "looked at again and stays" in client.get(f"/en/{address}.atom").text
    with pytest.raises(WrongState):
        uphold(cast, correction)


def test_a_verdict_that_is_corrected_waits_no_more(cast: Cast, report: Report) -> None:
    correction = correct(cast, report, LIVE, "349")
    open_one = proposed(
        cast, report, VERDICT, {"value": "substantial", "reason": "More.", "difference": "It weighs most."}
    )
    with pytest.raises(WrongState, match=str(open_one.pk)):
        uphold(cast, correction)
    open_one.delete()
    correct_verdict(
        cast,
        report,
        {"value": "substantial", "reason": "More than we knew.", "difference": "It weighs most."},
    )
    correction.refresh_from_db()
    assert [key.split("~")[2] for key in correction.verdicts_to_check] == ["search"]
    assert uphold(cast, correction, "mona").verdicts_upheld_by_id == cast.mona.pk
    sven = signed_in(cast.sven)
    address = f"/workspace/corrections/{correction.pk}/"
    after = Correction.objects.exclude(pk=correction.pk).get()
    assert f"They stay. {STAYS['en']}" in words_of(sven.get(address))
    assert f"Limited → Substantial · Correction {after.pk}" in words_of(sven.get(address))
    # corrected again, it is no longer this second look
    correct_verdict(cast, report, WORSE)
    assert words_of(sven.get(address)).count("Limited → Substantial") == 1
    assert "Substantial → Not started" not in words_of(sven.get(address))


def test_only_a_figure_leads_to_its_verdicts(cast: Cast, report: Report) -> None:
    assert correct(cast, report, STORY, {"text": "Told anew."}).verdicts_to_check == []


def test_the_letter_asks_the_reviewer_or_else_the_managers(cast: Cast, report: Report) -> None:
    correct(cast, report, LIVE, "349")
    event, notice = Event.objects.get(kind="correction.publish"), notice_of("correction.publish")

    def letter_to(name: str) -> str:
        with acting_as(cast.actor(name)) as actor:
            facts = notice.context(actor, event) or {}
        return render_letter(notice.template, {**FULL, **facts}).text

    sentence = "Verdicts rest on a figure that was corrected. Look at them again by"
    assert [sentence in letter_to(name) for name in ("rita", "mona", "sven")] == [True, False, False]
    Report.objects.update(reviewer=None)
    sentence = "Verdicts rest on a figure that was corrected, and the report waits for a reviewer. Look"
    assert [sentence in letter_to(name) for name in ("rita", "mona", "sven")] == [False, True, False]


@pytest.mark.parametrize("name", ["sven", "auditor", "zoe"])
def test_only_the_reviewer_and_managers_say_that_verdicts_stay(cast: Cast, report: Report, name: str) -> None:
    correction = correct(cast, report, LIVE, "349")
    roles = {"auditor": Role.AUDITOR, "zoe": Role.REVIEWER}
    actor = actor_of(make_person(name, cast.secretariat, roles[name])) if name in roles else cast.actor(name)
    with acting_as(actor), pytest.raises(Forbidden):
        uphold_verdicts(actor, correction, STAYS)


def test_the_way_to_correct_a_verdict_is_shown_to_those_who_may(cast: Cast, report: Report) -> None:
    correction = correct(cast, report, LIVE, "349")
    people = (cast.rita, make_person("Otto", cast.secretariat, Role.AUDITOR))
    pages = [signed_in(each).get(f"/secretariat/corrections/{correction.pk}/").text for each in people]
    assert all("Verdicts to look at again" in page for page in pages)
    assert ["Correct the verdict" in page for page in pages] == [True, False]


def test_the_reason_is_public_and_in_every_language(cast: Cast, report: Report) -> None:
    correction = correct(cast, report, LIVE, "349")
    with pytest.raises(DomainError) as refused:
        uphold(cast, correction, reason={"en": "It stays.", "ru": " "})
    assert refused.value.field == "reason_ru"
    assert Publication.objects.filter(type="report").count() == 2


def reminded(correction: Correction, days: int) -> list[str]:
    """Who gets a reminder so many days before the last one; the correction was published the day before."""
    correction.check_verdicts_by = today() + timedelta(days=days)
    correction.decided_at = clock.now() - timedelta(days=1)
    correction.save()
    enqueue_reminders_task()
    run_all_jobs()
    rows = Delivery.objects.filter(channel=Channel.INBOX, event__kind="correction.remind")
    return sorted(rows.values_list("recipient__name", flat=True))


def test_its_reviewer_is_reminded_of_the_verdicts_and_the_queue_leads_to_them(
    cast: Cast, report: Report
) -> None:
    rita, correction = signed_in(cast.rita), correct(cast, report, LIVE, "349")
    assert reminded(correction, 8) == []
    page = rita.get("/secretariat/reviews/")
    assert page.context["counts"].second_looks == 1
    assert "/secretariat/corrections/?state=verdicts" in page.text
    assert [row.pk for row, *_ in rita.get("/secretariat/corrections/?state=verdicts").context["rows"]] == [
        correction.pk
    ]

    assert reminded(correction, 7) == ["Rita"]

    uphold(cast, correction)
    correction.refresh_from_db()
    assert reminded(correction, 1) == ["Rita"]
    assert rita.get("/secretariat/reviews/").context["counts"].second_looks == 0


def test_managers_are_reminded_of_verdicts_without_a_reviewer(cast: Cast, report: Report) -> None:
    correction = correct(cast, report, LIVE, "349")
    Report.objects.filter(pk=report.pk).update(reviewer=None)

    assert reminded(correction, 1) == ["Mona"]

    inbox = signed_in(cast.mona).get("/secretariat/inbox/")
    assert "verdicts wait to be looked at again" in words_of(inbox)


def test_verdicts_of_a_withdrawn_report_wait_without_a_reminder(cast: Cast, report: Report) -> None:
    correction = correct(cast, report, LIVE, "349")
    WithdrawnPublication.objects.create(
        valid_from=99,
        type="report",
        record="aurora-video/2026-h1",
        number=1,
        organisation=cast.aurora,
        at=clock.now(),
    )

    assert reminded(correction, 1) == []
