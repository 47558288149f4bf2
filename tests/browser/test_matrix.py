"""The matrix of members and commitments, with few and with many commitments, on a screen, a telephone and on paper."""

from typing import Any

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from playwright.sync_api import Page

from alliance.models import Commitment, Organisation, PublishedVerdict
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_charter, make_cycle
from tests.support.mail import wait_until
from tests.support.page_inspection import NARROW, WIDE, Inspector
from tests.support.published_reports import make_published_cycle, make_published_members

pytestmark = pytest.mark.slow

VERDICTS = ("complete", "substantial", "limited", "not_started", "no_evidence", "not_due")
# Forty characters, as many as a short title may have, and a title as charters have them.
SHORT = {"en": "Age-appropriate defaults for all minors", "ru": "Безопасные настройки для всех подростков"}
NAME = {"en": "Aurora Video and Family Media ", "ru": "Аврора Видео и Семейные медиа "}
TITLE = {
    "en": "Accounts of minors are private by default, and nobody whom they do not know can write to them",
    "ru": "Учётные записи несовершеннолетних по умолчанию закрыты, и незнакомые люди не могут им написать",
}


def make_matrix(count: int) -> str:
    """A published cycle of five members under a charter with so many commitments; returns its address."""
    tree = {f"promise-{number}": {f"measure-{number}": []} for number in range(1, count + 1)}
    charter = make_charter(f"matrix-{count}", tree=tree)
    texts = {f"short_{code}": Value(text) for code, text in SHORT.items()}
    texts |= {f"title_{code}": Value(text) for code, text in TITLE.items()}
    Commitment.objects.filter(charter=charter).update(**texts)
    cycle = make_cycle(charter, f"20{count:02}-h1")  # an address of its own: pages are cached
    members = make_published_members(cycle, 5)
    for number, verdict in enumerate(VERDICTS):
        keys = [f"promise-{place}" for place in range(1, count + 1) if place % len(VERDICTS) == number]
        PublishedVerdict.objects.filter(cycle=cycle, commitment_key__in=keys).update(value=verdict)
    names = {f"name_{code}": Concat(Value(name), F("id")) for code, name in NAME.items()}
    Organisation.objects.filter(pk__in=[each.pk for each in members]).update(**names)
    make_published_cycle(cycle)
    touch_public_revision()
    return f"/cycles/{cycle.slug}/"


# Words that are broken inside, and how far the page and the frame of the matrix are wider than they can show.
_LOOK = """() => {
  const broken = [];
  for (const element of document.querySelectorAll(".matrix.many thead th, .matrix td .word")) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const word of walker.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, word.index);
        range.setEnd(walker.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word[0]);
      }
    }
  }
  const excess = (element) => element.scrollWidth - element.clientWidth;
  return [broken, excess(document.documentElement), excess(document.querySelector(".matrix .frame"))];
}"""
# Where the first heading of a column and the first member stand inside the frame.
_FIXED = """(scrolled) => {
  const frame = document.querySelector(".matrix .frame");
  frame.style.maxBlockSize = "250px";
  frame.scrollTo(scrolled, scrolled);
  const place = (name, side) => Math.round(document.querySelector(name).getBoundingClientRect()[side]
    - frame.getBoundingClientRect()[side]);
  return [frame.scrollLeft, frame.scrollTop > 0, place(".matrix tbody th", "left"), place(".matrix thead th", "top")];
}"""


def counts(full: bool) -> tuple[int, ...]:
    return (1, 10, 31, 60) if full else (31,)


def test_a_matrix_of_many_commitments_can_be_read(live_server: Any, page: Page, full: bool) -> None:
    """Every word is whole, the page is no wider than the window, and only the frame scrolls; in both languages."""
    for count in counts(full):
        address = make_matrix(count)
        for language in ("en", "ru"):
            page.set_viewport_size({"width": WIDE, "height": 900})
            page.goto(f"{live_server.url}/{language}{address}")
            broken, page_excess, frame_excess = page.evaluate(_LOOK)

            assert (broken, page_excess) == ([], 0), (count, language)
            assert (frame_excess > 0) == (count > 10)


def test_headings_and_members_of_a_wide_matrix_stay_in_sight(live_server: Any, page: Page) -> None:
    """The frame has a name, takes the keys, and its first row and column stay where they are."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto(f"{live_server.url}/en{make_matrix(31)}")
    frame = page.get_by_role("group", name="Members by commitment")
    frame.focus()
    page.keyboard.press("ArrowRight")
    wait_until(lambda: frame.evaluate("frame => frame.scrollLeft") > 0, what="the frame to scroll")

    assert page.evaluate(_FIXED, 400) == [400, True, 0, 0]


def test_a_wide_matrix_has_no_faults_on_a_telephone_and_on_paper(
    live_server: Any, page: Page, full: bool
) -> None:
    page.emulate_media(reduced_motion="reduce")  # colours in between two schemes are nobody's
    for count in counts(full):
        address = make_matrix(count)
        inspector = Inspector(page, full=full)
        for language, width in (("en", WIDE), ("ru", NARROW)):
            inspector.inspect(f"{live_server.url}/{language}{address}", width)
        assert inspector.faults == []

        page.emulate_media(media="print", color_scheme="light")
        for width in (680, 1500):  # upright A4, and A3 across
            page.set_viewport_size({"width": width, "height": 1000})
            assert page.evaluate(_LOOK)[1] <= 0, (count, width)
        page.emulate_media(media="screen")
