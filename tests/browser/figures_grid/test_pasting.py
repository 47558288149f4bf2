"""Blocks pasted into the grid of all figures, taken back, too large; and one that is copied."""

import pytest
from playwright.sync_api import Page, expect

from alliance.models import Indicator
from portal.kernel.access import SYSTEM, acting_as
from tests.support.editor_pages import saved_by_itself
from tests.support.grid_pages import PASTE, ROWS, SERVICES, cells, numbers

pytestmark = pytest.mark.slow
COPY = """(field) => {
  const data = new DataTransfer();
  field.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
  return data.getData("text/plain");
}"""


def block(page: Page) -> str:
    """Twelve rows under six services, both in another order than the page's, in Russian and in English."""
    names = page.locator("thead th[scope=colgroup]").all_inner_texts()
    with acting_as(SYSTEM):
        titles = list(Indicator.objects.filter(charter__key="wide").order_by("position"))
    head = "\t".join(["", *reversed(names)])
    lines = [
        "\t".join(
            [row.title_ru if place % 2 else row.title_en, *(str(100 * place + at) for at in range(SERVICES))]
        )
        for place, row in reversed(list(enumerate(titles)))
    ]
    return "\n".join([head, *lines])


def test_a_block_of_twelve_by_six_with_labels_is_taken_and_taken_back(alice: Page) -> None:
    cells(alice).first.evaluate(PASTE, block(alice))

    expect(alice.locator("#paste-result")).to_contain_text("72 taken, 0 skipped")
    saved_by_itself(alice)
    assert numbers()[:SERVICES] == ["5", "4", "3", "2", "1", "0"]
    assert len(numbers()) == ROWS * SERVICES

    alice.get_by_role("button", name="Undo").click()

    expect(cells(alice).first).to_have_value("")
    expect(alice.locator(".pasted")).to_have_count(0)
    expect(alice.locator(".report-status")).to_contain_text("0 of 72")
    assert numbers() == []


def test_a_paste_is_taken_back_from_its_note_until_something_else_is_typed(alice: Page) -> None:
    cells(alice).first.evaluate(PASTE, "1\n2\n")
    undo = alice.locator("#paste-result").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()

    cells(alice).nth(1).press_sequentially("7")
    cells(alice).nth(1).press("Enter")

    expect(undo).to_have_count(0)
    expect(cells(alice).first).to_have_value("1")


def test_a_paste_of_ten_thousand_cells_is_taken_as_far_as_there_is_room_and_a_larger_one_not_at_all(
    alice: Page,
) -> None:
    """What was typed before stays as it was, and can be saved; the refusal says how many, up to where, what to do."""
    row = "\t".join(map(str, range(1, 101))) + "\n"
    first, note = cells(alice).first, alice.locator("#paste-result")
    cells(alice).last.press_sequentially("77")

    first.evaluate(PASTE, row * 101)

    expect(note).to_contain_text("This block has 10,100 cells, and one paste takes at most 10,000.")
    expect(note).to_contain_text("Nothing was taken. Paste it up to line 100")
    expect(first).to_have_value("")
    expect(cells(alice).last).to_have_value("77")
    expect(alice.locator(".pasted")).to_have_count(0)

    first.evaluate(PASTE, row * 100)

    taken = ROWS * SERVICES
    expect(note).to_contain_text(f"{taken} taken, {10_000 - taken} skipped")
    saved_by_itself(alice)
    assert numbers()[:SERVICES] == ["1", "2", "3", "4", "5", "6"]
    assert len(numbers()) == taken

    alice.get_by_role("button", name="Undo").click()

    expect(first).to_have_value("")
    expect(cells(alice).last).to_have_value("77")


def test_a_block_that_is_too_large_to_be_sent_takes_nothing_and_says_so(alice: Page) -> None:
    first = cells(alice).first
    first.press_sequentially("5")

    first.evaluate(PASTE, ("9" * 1_000 + "\t1\n") * 6_000)

    expect(alice.locator("#paste-result")).to_contain_text(
        "This block is too large to be read. Nothing was taken"
    )
    expect(first).to_have_value("5")
    saved_by_itself(alice)
    assert numbers() == ["5"]


def test_a_selection_is_copied_as_a_spreadsheet_reads_it(alice: Page) -> None:
    cells(alice).first.evaluate(PASTE, "1,234\t5\n6\t7")
    expect(cells(alice).first).to_have_value("1,234")
    cells(alice).first.focus()
    alice.keyboard.press("Shift+ArrowDown")
    alice.keyboard.press("Shift+ArrowRight")

    assert alice.evaluate(f"({COPY})(document.activeElement)") == "1234\t5\n6\t7"
