"""Corrections in the browser: from the value itself to the mark on the report's page."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.enums import Role
from alliance.models import Correction, FormerName, Indicator, Report
from alliance.queries.local_dates import today
from alliance.services.corrections import CorrectionInput, draft_correction, edit_correction
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import acting_as
from portal.kernel.jobs import Job
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.support.corrections import (
    KIDS,
    LIVE,
    REASON,
    STORY,
    VERDICT,
    correct,
    figures,
    proposed,
    replied_report,
)
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def report(cast: Cast) -> Report:
    report = replied_report(cast)
    make_published_cycle(report.cycle)
    return report


def fields(**more: object) -> dict[str, object]:
    return {
        "v0_place": LIVE.key, "v0_value": "349", "v0_status": "reported", "reason_en": REASON["en"],
        "reason_ru": REASON["ru"], "finder": "member", **more,
    }  # fmt: skip


def test_from_the_value_to_the_mark_on_the_page(cast: Cast, report: Report, client: Client) -> None:
    alice, sven, mona = (signed_in(each) for each in (cast.alice, cast.sven, cast.mona))
    values = alice.get(f"/workspace/reports/{report.pk}/corrections/")
    new_url = f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}"
    assert f"value={LIVE.key}" in values.text

    saved = alice.post(new_url, fields(), follow=True)

    correction = Correction.objects.get()
    own, desk = f"/workspace/corrections/{correction.pk}/", f"/secretariat/corrections/{correction.pk}/"
    words = words_of(saved)
    assert "The draft is saved" in words
    assert "3,354" in words  # the total that follows
    assert "3,309" in words
    assert "We think 394 is good." in words  # quotes the figure
    assert mona.get(desk).status_code == 404  # a draft is its side's alone
    sven.post(f"{own}propose/", {"version": "1"})
    assert "Agree" in words_of(mona.get(desk))
    mona.post(f"{desk}agree/", {})
    mona.post(f"{desk}publish/", {"reason": ""})

    page = client.get(PAGE)
    text = words_of(page)
    number = Publication.objects.get(type="report", revision=2).number
    assert "Corrected on" in text
    assert REASON["en"] in text
    assert "Agreed: the secretariat" in text
    assert f"/en/publications/{number}/" in page.text
    csv = client.get("/en/reports/aurora-video/2026-h1.csv").text
    assert f",394,{number}" in csv
    compare = client.get("/en/compare/?indicator=content-actioned").text
    assert f"/en/publications/{number}/" in compare
    api = client.get("/api/v1/reports/aurora-video/2026-h1/").json()
    marks = {
        row["service"]: (row["value"], row["corrected_in"], (row["was"] or {}).get("value"))
        for row in api["figures"]
    }
    assert marks == {"aurora-kids": ("2960", None, None), "aurora-live": ("349", number, "394")}


def test_a_draft_that_cannot_be_proposed_is_not_offered_and_leads_back_to_its_editor(
    cast: Cast, report: Report
) -> None:
    sven = signed_in(cast.sven)
    url = f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}"

    same = sven.post(url, fields(v0_value="394", propose="1"), follow=True)
    silent = sven.post(url, fields(reason_ru="", propose="1"), follow=True)
    ready = sven.post(url, fields(propose="1"), follow=True)

    first, second, _third = Correction.objects.order_by("pk").values_list("pk", flat=True)
    assert "this is what is published" in words_of(same)
    assert "Give the reason in each language." in words_of(silent)
    assert f"/workspace/corrections/{first}/edit/" in same.text
    assert f"/workspace/corrections/{second}/edit/" in silent.text
    offered = ['data-kind="primary"' in page.text for page in (same, silent, ready)]
    assert offered == [False, False, True]


def test_the_page_names_the_corrections_before_the_last(cast: Cast, report: Report, client: Client) -> None:
    correct(cast, report, LIVE, "349")
    correct(cast, report, KIDS, "2961")

    assert "1 earlier correction" in words_of(client.get(PAGE))


def test_once_it_is_published_its_page_says_what_was_corrected_and_no_longer_what_should_be(
    cast: Cast, report: Report
) -> None:
    open_one = proposed(cast, report, LIVE, "349")
    published = correct(cast, report, KIDS, "2961")

    before, after = (
        words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{each.pk}/"))
        for each in (open_one, published)
    )

    assert "What should change" in before
    assert "Value Published Should read" in before
    assert "What was corrected" in after
    assert "Value Before correction Corrected" in after
    assert [words for words in ("should change", "Should read") if words in after] == []


def test_the_page_as_it_stood(cast: Cast, report: Report, client: Client) -> None:
    correct(cast, report, LIVE, "349")

    older = client.get(f"{PAGE}?revision=1")
    text = words_of(older)
    assert "You read revision 1, which was replaced" in text
    assert "3,354" in text
    assert "Corrected on" not in text
    (canonical,) = [line for line in older.text.splitlines() if 'rel="canonical"' in line]
    assert f'{PAGE}"' in canonical
    early = words_of(client.get(f"{PAGE}?on=2020-01-01"))
    assert "On this day the report was not public." in early
    assert "349" in words_of(client.get(f"{PAGE}?on=9999-12-31"))  # the last day that there is
    assert client.get(f"{PAGE}?revision=9").status_code == 404
    assert client.get(f"{PAGE}?on=2020-99-01").status_code == 404


def test_an_error_stands_at_the_value_and_nothing_typed_is_lost(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    url = f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}"

    refused = sven.post(url, fields(v0_value="many"))
    assert (refused.status_code, Correction.objects.count()) == (422, 0)
    assert REASON["ru"] in refused.text
    both = alice.post(url, fields(add="text~~~search-story~~~"), follow=True)
    assert "What we did." in words_of(both)
    assert Correction.objects.get().items.count() == 2


@pytest.mark.parametrize(
    ("place", "needed"), [(LIVE, "Should read"), (STORY, "Should read"), (VERDICT, "Reason for the verdict")]
)
def test_what_a_proposal_needs_is_not_called_optional(
    cast: Cast, report: Report, place: CorrectionPlace, needed: str
) -> None:
    url = f"/secretariat/reports/{report.pk}/corrections/new/?value={place.key}"

    page = words_of(signed_in(cast.rita).get(url))

    assert (needed in page, f"{needed} (optional)" in page) == (True, False)


def test_an_open_correction_of_the_value_is_said_before_another_is_written(
    cast: Cast, report: Report
) -> None:
    open_one = proposed(cast, report, LIVE, "349")
    url = f"/secretariat/reports/{report.pk}/corrections/new/?value="
    rita = signed_in(cast.rita)

    assert f"Correction {open_one.pk} of the same value is open" in words_of(rita.get(url + LIVE.key))
    assert "of the same value is open" not in words_of(rita.get(url + KIDS.key))


def test_a_proposal_that_is_refused_names_the_value(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("alice")) as alice:
        draft = draft_correction(alice, report, CorrectionInput({LIVE: {"value": "1.5"}}, REASON))

    response = signed_in(cast.sven).post(f"/workspace/corrections/{draft.pk}/propose/", {"version": "1"})

    assert response.status_code == 422
    assert "Aurora Live: Enter a whole number" in words_of(response)


def test_a_check_names_the_figure_that_fails_it_though_another_is_corrected(cast: Cast) -> None:
    part = Indicator.objects.get(key="time-to-removal", charter=read_charter())
    Indicator.objects.filter(pk=part.pk).update(part_of=LIVE.indicator)
    speed = {"speed": [submitted_figure(part.key, "200", service=LIVE.service)]}
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394") | speed)
    report = Report.objects.get()
    make_published_cycle(report.cycle)
    with acting_as(cast.actor("alice")) as alice:
        draft = draft_correction(alice, report, CorrectionInput({LIVE: {"value": "5"}}, REASON))

    text = words_of(signed_in(cast.alice).get(f"/workspace/corrections/{draft.pk}/"))

    assert f"{part.title}, Aurora Live: 200 is more than the 5 that it is a part of." in text


@pytest.mark.parametrize("step", ["propose", "discard"])
def test_a_draft_that_was_changed_since_is_not_sent_unread(cast: Cast, report: Report, step: str) -> None:
    with acting_as(cast.actor("alice")) as alice:
        draft = draft_correction(alice, report, CorrectionInput({LIVE: {"value": "349"}}, REASON))
    sven, url = signed_in(cast.sven), f"/workspace/corrections/{draft.pk}/{step}/"
    seen = sven.get(url).context["form"]["version"].value()
    with acting_as(cast.actor("alice")) as alice:
        edit_correction(alice, draft, CorrectionInput({LIVE: {"value": "943"}}, REASON))

    unnamed, stale = sven.post(url, {}), sven.post(url, {"version": seen})
    states = list(Correction.objects.values_list("state", flat=True))
    knowing = sven.post(url, {"version": stale.context["form"]["version"].value()})

    assert (unnamed.status_code, stale.status_code, states) == (422, 422, ["draft"])
    assert "Alice changed this on " in words_of(stale)
    assert "943" in words_of(stale)
    assert knowing.status_code == 302
    left = ["proposed"] if step == "propose" else []
    assert list(Correction.objects.values_list("state", flat=True)) == left


def test_evidence_is_for_both_sides(cast: Cast, report: Report) -> None:
    alice, sven, mona, carol = (signed_in(each) for each in (cast.alice, cast.sven, cast.mona, cast.carol))
    upload = SimpleUploadedFile("log.csv", b"week,pieces\n1,349\n", content_type="text/csv")
    alice.post(f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}", fields(file=upload))
    correction = Correction.objects.get()
    sven.post(f"/workspace/corrections/{correction.pk}/propose/", {"version": "1"})

    opened = mona.get(f"/secretariat/corrections/{correction.pk}/file/")

    assert (opened.status_code, opened.content) == (200, b"week,pieces\n1,349\n")
    assert carol.get(f"/workspace/corrections/{correction.pk}/file/").status_code == 404


def test_the_evidence_goes_with_a_draft_that_is_discarded(cast: Cast, report: Report) -> None:
    alice = signed_in(cast.alice)
    upload = SimpleUploadedFile("log.csv", b"week,pieces\n1,349\n", content_type="text/csv")
    alice.post(f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}", fields(file=upload))
    correction = Correction.objects.get()

    alice.post(f"/workspace/corrections/{correction.pk}/discard/", {"version": "1"})

    assert not Correction.objects.exists()
    assert Job.objects.get(kind="discard_file").payload == {"path": correction.file}


def test_pages_before_each_step(cast: Cast, report: Report) -> None:
    """They show the words that change, the reason, an objection, the notes, and each place; so does the correction."""
    changes = {
        STORY: {"text": "What we did in full."},
        VERDICT: {"value": "limited", "reason": "The log was complete."},
    }
    with acting_as(cast.actor("alice")) as alice:
        draft = draft_correction(alice, report, CorrectionInput(changes, REASON))
    sven, mona = signed_in(cast.sven), signed_in(cast.mona)
    own, desk = f"/workspace/corrections/{draft.pk}/", f"/secretariat/corrections/{draft.pk}/"
    pages = [sven.get(f"{own}propose/")]
    sven.post(f"{own}propose/", {"version": draft.version})
    sven.post(f"{own}add_note/", {"text": "The log is attached."})
    zoe = signed_in(make_person("Zoe", cast.secretariat, Role.REVIEWER))
    pages += [mona.get(f"{desk}agree/"), mona.get(f"{desk}object/"), zoe.get(f"{desk}consent/")]
    zoe.post(f"{desk}consent/")
    mona.post(f"{desk}object/", {"reason": "It was right."})
    pages += [mona.get(f"{desk}publish/"), mona.get(desk)]

    for page in pages:
        words = words_of(page)
        assert "What we did Added: in full ." in words
        assert "Added: The log was complete" in words
        assert [reason in page.text for reason in REASON.values()] == [True, True]
        assert page.text.count('id="places-title"') == 1
        assert "Matrix of the cycle" in words
    assert ["The log is attached." in words_of(page) for page in pages] == [False, *[True] * 5]
    assert ["It was right." in words_of(page) for page in pages] == [*[False] * 4, True, True]
    # what ends it makes nothing public
    dropping = mona.get(f"{desk}drop/")
    assert ("Added: in full" in words_of(dropping), 'id="places-title"' in dropping.text) == (True, False)


def test_a_second_correction_of_the_value_names_the_first(cast: Cast, report: Report) -> None:
    first = proposed(cast, report, LIVE, "349")
    mona = signed_in(cast.mona)
    mona.post(f"/secretariat/reports/{report.pk}/corrections/new/?value={LIVE.key}", fields(v0_value="350"))
    second = Correction.objects.exclude(pk=first.pk).get()

    refused = mona.post(f"/secretariat/corrections/{second.pk}/propose/", {"version": "1"})

    assert f"Correction {first.pk} of the same value is open" in words_of(refused)


def test_everything_that_would_change_is_previewed_as_readers_would_see_it(
    cast: Cast, report: Report
) -> None:
    verdict = {"value": "substantial", "reason": "The log was complete."}
    changes = {LIVE: {"value": "349"}, VERDICT: verdict, STORY: {"text": "What we did, in full."}}
    with acting_as(cast.actor("alice")) as actor:
        draft = draft_correction(actor, report, CorrectionInput(changes, REASON))

    page = signed_in(cast.alice).get(f"/workspace/corrections/{draft.pk}/").text
    preview = page.partition('id="preview"')[2].partition("</details>")[0]

    for words in (
        "Preview all 21 places",
        "What we did, in full.",
        "The log was complete.",
        *REASON.values(),
    ):
        assert words in preview
    pairs = re.findall(r"<del>.*?([\d,]+)</del>.*?<ins>([\d,]+)</ins>", preview, re.DOTALL)
    in_report, after_it = pairs[:2], set(pairs[2:])
    assert in_report == [("394", "349"), ("3,354", "3,309")]  # the line of the report as a whole
    assert after_it == {("394", "349"), ("3,354", "3,309")}
    assert 'data-verdict="substantial"' in preview


# --- The list ------------------------------------------------------------------------------------


def test_the_list_of_corrections_is_searched_narrowed_and_sorted(cast: Cast, report: Report) -> None:
    """Of two members, one of which bore another name."""
    FormerName.objects.create(
        organisation=cast.aurora, name_en="Northern Lights", name_ru="Сияние", until=today()
    )
    make_published_report(report.cycle, cast.beacon)
    with acting_as(cast.actor("mona")) as mona:
        written = CorrectionInput(
            {STORY: {"text": "We did it."}}, {"en": "A slip of the pen.", "ru": "Описка."}
        )
        of_beacon = draft_correction(mona, Report.objects.get(organisation=cast.beacon), written)
    of_aurora = proposed(cast, report, LIVE, "349")
    desk = signed_in(cast.mona)

    def listed(query: str) -> list[Correction]:
        return list(desk.get(f"/secretariat/corrections/?{query}").context["page"])

    assert listed("") == [of_aurora, of_beacon]
    assert listed("q=northern") == listed("q=СИЯН") == listed(f"q={of_aurora.pk}") == [of_aurora]
    assert listed("q=описка") == listed("state=draft") == listed("side=secretariat") == [of_beacon]
    assert listed("member=beacon-search") == [of_beacon]
    assert listed("cycle=2026-h1&state=open") == [of_aurora]
    assert listed("sort=member") == listed("sort=-state") == listed("sort=due") == [of_aurora, of_beacon]
    assert listed("sort=-member") == listed("sort=state") == listed("sort=number") == [of_beacon, of_aurora]
    assert listed("state=never&member=1&sort=colour") == [of_aurora, of_beacon]
    page = desk.get("/secretariat/corrections/?q=a&sort=member").text
    assert '<th scope="col" aria-sort="ascending"><a href="?q=a&amp;sort=-member">' in page
    assert "Nothing found" in words_of(desk.get("/secretariat/corrections/?q=nowhere"))
    own = signed_in(cast.alice).get("/workspace/corrections/?q=northern").context
    assert ("member" in own["form"].fields, list(own["page"])) == (False, [of_aurora])


def test_once_the_day_is_over_the_page_no_longer_says_that_the_other_side_can_object(
    cast: Cast, report: Report
) -> None:
    correction = proposed(cast, report, LIVE, "349", by="mona")
    own = signed_in(cast.sven)
    before = words_of(own.get(f"/workspace/corrections/{correction.pk}/"))
    Correction.objects.update(respond_by=today() - timedelta(days=1))

    page = words_of(own.get(f"/workspace/corrections/{correction.pk}/"))

    assert ("agrees or objects until" in before, "agrees or objects until" in page) == (True, False)
    assert "silence is not consent, and it can still agree" in page
