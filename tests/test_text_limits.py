"""Every form refuses a text that is one character too long: it says so, and gives back every word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from django.urls import resolve, reverse

from tests.policy import CASES, Case
from tests.support.forms import Form, forms_in
from tests.support.visitors import SignedInClients
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("rollback")]

PARTS = 6  # for several processes
WRITERS = ("vera", "alice", "sven", "carol", "rita", "mona", "petra")
# The button that sends a text, of pages with several.
ACTS = {"question-text": "question", "note-text": "note", "finding-text": "finding"}
ADDRESSES = frozenset({"url", "website"})
NOT_TYPED = frozenset({"fax"})  # but by programs
# Written for rows that are chosen first, and refused on the page that comes next: tests of their own have them.
ELSEWHERE = frozenset({("workspace:report-figures", "note"), ("secretariat:review-view-keep", "name")})
_NUMBERS = re.compile(r"[0-9a-f]{32}|\d+")


@dataclass(frozen=True)
class LimitedText:
    """A text of a form, who writes it, and where it is posted."""

    writer: str
    url: str
    field: str
    limit: int
    form: Form
    data: dict[str, Any]

    @property
    def kind(self) -> tuple[str, str]:
        """The same for all rows of a form, and wherever the form stands."""
        return resolve(self.url.partition("?")[0]).view_name, _NUMBERS.sub("#", self.field)

    def posted(self, text: str) -> dict[str, Any]:
        """The form as its page shows it, with words in every other text that is empty."""
        words = {field: "Words" for field in self.form.limits if self.form.values[field] == [""]}
        others = {field: text for field, text in words.items() if field not in (*ADDRESSES, *NOT_TYPED)}
        act = {"act": ACTS[self.field]} if self.field in ACTS else {}
        return {**self.form.values, **others, **self.data, **act, self.field: text}

    @property
    def too_long(self) -> str:
        start = "https://a.example/" if self.field in ADDRESSES else "Ж"
        return f"{start}{'я' * (self.limit - len(start))}Ю"


def limited_texts(world: World, visitors: SignedInClients, line: Case) -> Iterator[LimitedText]:
    """The texts of all forms on a page, as the first has it who can write there."""
    place = world[line.object_name] if line.object_name else {}
    url = reverse(line.route, kwargs={**place, **line.extra_kwargs}) + line.query
    for writer in WRITERS:
        if line.expected("GET")[writer] != "o":
            continue
        page = visitors.ask(writer, "GET", url)
        if b"data-limit" not in page.body:
            continue
        forms = [form for form in forms_in(page.body) if form.method == "post"]
        for form in forms:
            target = urljoin(url, form.action)
            posted = line.post_data() if target == url else {}
            for field, limit in form.limits.items():
                data = posted if field in posted else {}  # else it is of another button
                yield LimitedText(writer, target, field, limit, form, data)
        if any(form.limits for form in forms):
            return


@pytest.mark.parametrize("part", range(PARTS))
def test_every_form_refuses_a_text_that_is_too_long_with_all_its_words(
    world: World, visitors: SignedInClients, part: int
) -> None:
    faults, texts = {}, {}
    for line in CASES[part::PARTS]:
        cache.clear()  # limits count everybody here as one address
        for each in limited_texts(world, visitors, line):
            texts.setdefault(each.kind, each)
    assert len(texts) > 10
    for kind, each in texts.items():
        if kind in ELSEWHERE:
            continue
        cache.clear()
        text = each.too_long
        answer = visitors.ask(each.writer, "POST", each.url, each.posted(text))
        sentence = f"Shorten the text by 1: {each.limit + 1} characters, at most {each.limit} allowed."
        if text not in answer.text or sentence not in answer.text:
            faults[kind] = answer.status, text in answer.text, sentence in answer.text

    assert faults == {}
