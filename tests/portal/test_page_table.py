"""The table of pages in the documents is that of the code."""

import pytest
from django.conf import settings

from portal.kernel.management.commands.page_table import DOCUMENTS
from portal.kernel.management.page_table import update_pages


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_table_of_pages_is_up_to_date(name: str) -> None:
    text = (settings.BASE_DIR / name).read_text(encoding="utf-8")

    assert text == update_pages(text), "run `python3 manage.py page_table --write`"


def test_a_row_leads_from_the_address_to_service_rule_and_tests() -> None:
    text = update_pages("<!-- pages: workspace:pledge-sign -->\n<!-- end of pages -->")

    assert text.splitlines()[4].split(" | ")[1:] == [
        "`/workspace/pledges/<int:pk>/sign/`",
        "`workspace:pledge-sign`",
        "`alliance.web.workspace.pledge_steps.pledge_sign`",
        "`alliance.services.pledges.sign_pledge`<br>`alliance.queries.pledges.commitments_by_key`",
        "`pledge.sign`",
        "`tests/alliance/web/workspace/test_pledges.py` |",
    ]
