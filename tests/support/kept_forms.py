"""Every kind of form in which pledges and practices are written, to be typed into in a browser."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Page

from alliance.enums import PledgeState
from alliance.models import Pledge, Report
from alliance.services.pledges import draft_pledge, publish_pledge
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.factories.discussion import make_post
from tests.factories.practices import make_draft, make_shared
from tests.support.pledges import draft_with

BEGAN = "We search with two tools. People look at each hit."
WORDS = "A first message waits."
# whatever the device keeps
STORED = "Object.entries(localStorage).filter(([key]) => key.startsWith('draft:')).map(([, value]) => value).join()"
KEEP_OF = """([key, text]) => {
  const entry = { since: Date.now(), label: "Text", values: { text }, base: {} };
  localStorage.setItem(key, JSON.stringify({ text: entry }));
}"""


@dataclass(frozen=True)
class KindOfForm:
    """Where the form is, and its text."""

    path: str
    field: str = "textarea[name=text]"
    is_autosaved: bool = False


def kinds_of_form(cast: Cast, report: Report) -> Mapping[str, KindOfForm]:
    """Every kind of form in which pledges and practices are written, with a row to write about."""
    with acting_as(cast.actor("alice")) as alice:
        pledge = draft_pledge(alice, cast.aurora, draft_with(text=BEGAN))
    with acting_as(SYSTEM):
        own = Pledge.objects.create(
            organisation=cast.aurora,
            state=PledgeState.SIGNED,
            text="We teach.",
            title="Lessons",
            signatory_name="Sven",
            signatory_office="Chief",
            signed_by=cast.sven,
            signed_at=timezone.now(),
        )
        publish_pledge(SYSTEM, own)
    practice, draft = make_shared(cast), make_draft(cast, title="Two people look", limits=BEGAN)
    post = make_post(cast.actor("alice"), practice)
    method = f"practices/{draft.key}/edit/method/"
    return {
        "new pledge": KindOfForm("pledges/new/"),
        "pledge": KindOfForm(f"pledges/{pledge.pk}/edit/"),
        "account": KindOfForm(
            f"reports/{report.pk}/pledges/{own.record}/", "textarea[name$=text]", is_autosaved=True
        ),
        "new practice": KindOfForm("practices/new/", "input[name=title]"),
        "practice": KindOfForm(method, "textarea[name=limits]", is_autosaved=True),
        "discussion": KindOfForm(f"practices/{practice.key}/", "#post-form textarea"),
        "message": KindOfForm(f"practices/posts/{post.key}/edit/"),
        "request": KindOfForm("practices/requests/ask/"),
        "use": KindOfForm(f"practices/{practice.key}/record-adoption/", "textarea[name=note]"),
    }


def press(page: Page, form: KindOfForm) -> None:
    """The button of the form in which the field is."""
    page.locator(form.field).evaluate("field => field.form.requestSubmit()")
