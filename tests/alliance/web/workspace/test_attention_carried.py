"""What was carried over, on the page of what needs a person's eyes: shown whole, and said to be still true."""

import re

import pytest
from django.test import Client

from alliance.models import Answer, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.queries.test_attention import carried_over, redefined
from tests.factories import Cast
from tests.support.attention import check_url, fields_of
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


def test_a_carried_text_stands_in_its_row_and_rows_follow_the_charter(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    url = check_url(report, "?kind=carried")
    rows = alice.get(url).context["page"].object_list
    measures = [row.items[0].required.measure.position for row in rows if row.items[0].required]

    assert measures == sorted(measures)
    texts = [row.carried_text.text for row in rows if row.carried_text]
    assert texts
    assert texts[0][:40] in alice.get(url).content.decode()


def carried_text(report: Report) -> Answer:
    with acting_as(SYSTEM):
        answer: Answer = Answer.objects.filter(report=report, carried_over=True, indicator__isnull=False)[0]
    return answer


def stored(answer: Answer) -> tuple[str, bool]:
    with acting_as(SYSTEM):
        answer.refresh_from_db()
    return answer.text, answer.carried_over


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_carried_text_is_changed_in_its_row(cast: Cast, alice: Client, is_confirmed: bool) -> None:
    """Also with the button that says the old one still true: what was typed holds."""
    report = carried_over(cast)
    answer, url = carried_text(report), check_url(report, "?kind=carried")
    name = f"t{answer.indicator_id}"
    confirm = {"confirm": name} if is_confirmed else {}

    page = alice.post(url, {**fields_of(alice, url), f"{name}-text": "Anew.", **confirm}, follow=True)

    assert stored(answer) == ("Anew.", False)
    assert "Saved" in words_of(page)
    assert f'id="{name}"' not in page.content.decode()


def test_a_carried_text_that_is_changed_wrongly_is_not_still_true(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    answer, url = carried_text(report), check_url(report, "?kind=carried")
    assert answer.indicator is not None
    name, before = f"t{answer.indicator_id}", answer.text
    long = "word " * answer.indicator.limit

    page = alice.post(url, {**fields_of(alice, url), f"{name}-text": long, "confirm": name})

    assert (page.status_code, stored(answer)) == (422, (before, True))
    assert long in page.content.decode()
    assert '<details class="fold" open>' in page.content.decode()
    assert "Choose rows" not in page.content.decode()


def test_a_carried_text_that_a_colleague_changed_meanwhile_is_shown_beside_what_was_typed(
    cast: Cast, alice: Client
) -> None:
    report = carried_over(cast)
    answer, url = carried_text(report), check_url(report, "?kind=carried")
    name, posted = f"t{answer.indicator_id}-text", fields_of(alice, url)
    signed_in(cast.sven).post(url, {**posted, name: "We search by machine."})

    page = alice.post(url, {**posted, name: "We search by hand."})

    assert (page.status_code, stored(answer)) == (409, ("We search by machine.", False))
    words = words_of(page)
    assert "We search by hand." in words
    assert "From theirs to yours, word by word" in words


def test_carried_texts_that_nobody_touches_stay_carried_over(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    answer, url = carried_text(report), check_url(report, "?kind=carried")
    before = answer.text

    alice.post(url, fields_of(alice, url))

    assert stored(answer) == (before, True)


def test_the_button_of_a_long_carried_text_stands_behind_its_last_word(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    long = f"{'We looked for it. ' * 60}And found it."
    with acting_as(SYSTEM):
        answer = Answer.objects.filter(report=report, carried_over=True)[0]
        Answer.objects.filter(pk=answer.pk).update(text=long)
    name = f"t{answer.indicator_id}"

    page = alice.get(check_url(report, "?kind=carried")).content.decode()
    row = page[page.index(f'<li id="{name}"') :].partition("</li>")[0]
    fold = row.partition("<details")[2].partition("</details>")[0]

    assert long in fold
    assert fold.index("And found it.") < fold.index(f'name="confirm" value="{name}"')
    assert row.count(f'name="confirm" value="{name}"') == 1


def test_texts_that_are_long_are_parted_into_pages_by_their_length(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    url = check_url(report, "?kind=carried")
    names = [row.name for row in alice.get(url).context["page"].object_list]
    with acting_as(SYSTEM):
        Answer.objects.filter(report=report, carried_over=True).update(text="Слово " * 2_500)
    pages = [alice.get(url)]
    while pages[-1].context["page"].has_next():
        pages.append(alice.get(f"{url}&page={len(pages) + 1}"))

    rows = [page.context["page"].object_list for page in pages]
    assert [row.name for page in rows for row in page] == names
    assert [sum(row.carried_text is not None for row in page) for page in rows] == [1] * len(pages)
    assert len(pages) > 1
    assert f"1–{len(rows[0])} of {len(names)}" in words_of(pages[0])
    assert f"{len(names) - len(rows[-1]) + 1}–{len(names)} of {len(names)}" in words_of(pages[-1])


def test_a_carried_text_that_the_charter_has_redefined_says_so_in_its_row(cast: Cast, alice: Client) -> None:
    report = redefined(cast)
    rows = alice.get(check_url(report, "?kind=carried")).context["page"].object_list

    [row] = [row for row in rows if "charter" in row.kinds]
    assert (row.title, [item.kind for item in row.items]) == ("Search story", ["carried", "charter"])
    assert row.carried_text
    alice.post(
        check_url(report), {**fields_of(alice, check_url(report, "?kind=carried")), "confirm": row.name}
    )

    left = alice.get(check_url(report, "?kind=charter")).context["page"].object_list
    assert [row.title for row in left] == ["Reports received"]


def test_the_chosen_rows_are_still_true(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    url = check_url(report, "?kind=carried&all=1")
    rows = alice.get(url).context["page"].object_list

    alice.post(url, {**fields_of(alice, url), "chosen": [row.name for row in rows], "act": "still-true"})

    assert all(row.is_chosen for row in rows)
    assert list(alice.get(url).context["page"].object_list) == []


def test_that_nothing_was_chosen_is_said(cast: Cast, alice: Client) -> None:
    url = check_url(carried_over(cast), "?kind=carried")

    answer = alice.post(url, {**fields_of(alice, url), "act": "still-true"}, follow=True)

    assert "Choose rows that were carried over." in answer.content.decode()
    assert "0 answers" not in answer.content.decode()


def test_all_rows_of_a_filter_are_chosen_with_those_on_the_other_pages(
    cast: Cast, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.workspace.attention._ROWS", 1)
    report = carried_over(cast)
    url = check_url(report, "?kind=carried")
    page = alice.get(url)
    count = page.context["page"].paginator.count
    assert count > 1
    assert f"Choose all rows of this filter: {count}" in page.content.decode()
    assert "Also the rows on the other pages" not in page.content.decode()

    content = alice.get(f"{url}&all=filter").content.decode()
    chosen = re.findall(r'name="chosen" value="([^"]+)"[^>]* checked', content)
    posted = {**fields_of(alice, f"{url}&all=filter"), "chosen": chosen, "act": "still-true"}
    answer = alice.post(f"{url}&all=filter", posted)

    assert f"Also the rows on the other pages: {count - 1}" in content
    assert answer["Location"] == url
    assert list(alice.get(url).context["page"].object_list) == []


def test_one_row_is_confirmed_and_the_rest_waits(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    url = check_url(report, "?kind=carried")
    names = [row.name for row in alice.get(url).context["page"].object_list]

    alice.post(url, {**fields_of(alice, url), "confirm": names[0]})

    assert [row.name for row in alice.get(url).context["page"].object_list] == names[1:]
