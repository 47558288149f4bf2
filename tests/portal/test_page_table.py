"""The table of pages in the documents is that of the code."""

import pytest
from django.conf import settings

from portal.kernel.management.commands.page_table import DOCUMENTS
from portal.kernel.management.page_table import update_pages

# the table takes seconds to make: once, in one process
pytestmark = pytest.mark.xdist_group("page table")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_table_of_pages_is_up_to_date(name: str) -> None:
    text = (settings.BASE_DIR / name).read_text(encoding="utf-8")

    assert text == update_pages(text), "run `python3 manage.py page_table --write`"


def cells_of(name: str) -> list[str]:
    text = update_pages(f"<!-- pages: {name} -->\n<!-- end of pages -->")
    return text.splitlines()[4].strip("|").split(" | ")


def test_a_row_leads_from_the_address_to_service_rule_and_tests() -> None:
    assert [cell.strip() for cell in cells_of("workspace:pledge-sign")[1:]] == [
        "`/workspace/pledges/<int:pk>/sign/`",
        "`workspace:pledge-sign`",
        "`alliance.web.workspace.pledge_steps.pledge_sign`",
        "`alliance.services.pledges.sign_pledge`<br>`alliance.queries.pledges.commitment_of_pledge`"
        "<br>`alliance.queries.pledges.pledge_rows`",
        "`pledge.sign`",
        "",
        "`tests/alliance/web/workspace/test_pledge_steps.py`",
    ]


def test_a_row_has_the_whole_first_sentence_which_may_say_who_gets_404() -> None:
    cells = [cell.strip() for cell in cells_of("metrics")]

    assert cells[0] == "All metrics in Prometheus' text format; 404 for those who may not monitor"
    assert cells[5] == ""


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("account_reset_password_from_key", "/accounts/password/reset/key/<uidb36>-<key>/"),
        ("public:short-address", r"/en/(accessibility\|contact\|privacy\|terms)/"),
    ],
)
def test_an_address_that_is_a_regular_expression_can_be_read(name: str, address: str) -> None:
    assert cells_of(name)[1].strip() == f"`{address}`"


def test_a_word_in_a_text_is_no_visibility_filter() -> None:
    """Its rules say `content-visibility`."""
    assert cells_of("display-css")[5].strip() == ""


@pytest.mark.parametrize(
    ("name", "opening", "other", "tests"),
    [
        # what it offers does not open it
        ("workspace:home", "visible_to", "accession.draft", "alliance/web/workspace/test_home.py"),
        # a helper in another module names the rule, as a default of its own
        ("workspace:practice-files", "practice.edit", "", "practices/web/practice/test_confirmations.py"),
        # a helper of the module makes the confirmation
        (
            "secretariat:person-close",
            "person.close",
            "delegation.return second_reading.withdraw",
            "policy/accounts.py",
        ),
        # the rule is asked by a service behind the service
        (
            "workspace:evidence-disclose",
            "visible_to",
            "report.edit",
            "alliance/web/workspace/test_field_ways_back.py",
        ),
        # a test that goes through all pages has it in a list of those that it does not open
        ("workspace:practice-json", "visible_to", "practice.edit", "policy/practices.py"),
        # the steps of a table; the tests put the address together from a constant
        (
            "secretariat:member-step",
            "organisation.admit organisation.suspend organisation.reinstate …",
            "report.restore extension_request.reopen report.miss",
            "alliance/web/secretariat/test_members.py",
        ),
    ],
)
def test_a_row_parts_what_opens_a_page_from_what_it_offers(
    name: str, opening: str, other: str, tests: str
) -> None:
    cells = [cell.strip().replace("`", "").replace("<br>", " ") for cell in cells_of(name)]

    assert cells[5:] == [opening, other, f"tests/{tests}"]
