"""A folder that is sent in a real browser: the report knows its paths, and what is chosen there outlasts a reload."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from tests.factories import read_cast
from tests.factories.taxonomy import make_taxonomy
from tests.support.page_inspection import open_page


def test_the_files_of_a_folder_have_paths_and_choices_that_stay_on_the_device(
    live_server: Any, browser: Browser, tmp_path: Path
) -> None:
    make_taxonomy()
    address = f"{live_server.url}/workspace/practices/import/"
    for name in ("d1", "d2"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        (tmp_path / "mine" / name / "ok.md").write_text(f"# Title of {name}\n\n## Goal\n\nFind it.\n")
        (tmp_path / "mine" / name / ".gitkeep").touch()

    with open_page(browser, live_server.url, read_cast().alice) as page:
        page.goto(address)
        page.locator("input[name=folder]").set_input_files(tmp_path / "mine")
        page.get_by_role("button", name="Check the files").click()

        for name in ("d1", "d2"):
            # its row; the other one's names it as nearly the same
            expect(page.get_by_text(f"mine/{name}/ok.md", exact=True).first).to_be_visible()

        becomes = page.get_by_label("ok.md becomes").first
        harms = page.get_by_label("Kinds of harm")
        assert page.evaluate("portal.draftOf(document.getElementById('choices')).unsent()") == {}
        becomes.select_option("leave_out")
        harms.select_option(["grooming", "suicide"])
        page.reload()
        expect(becomes).to_have_value("leave_out")
        expect(harms).to_have_values(["grooming", "suicide"])
