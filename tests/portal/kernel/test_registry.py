"""Panels: an upper layer adds something to a lower page without the lower one knowing."""

from collections.abc import Iterator

import pytest
from django.template import Context, Template

from portal.kernel import registry
from portal.kernel.access import ANYONE, SYSTEM, Actor


@pytest.fixture(autouse=True)
def empty_registry() -> Iterator[None]:
    before = dict(registry._PANELS)
    registry._PANELS.clear()
    yield
    registry._PANELS.clear()
    registry._PANELS.update(before)


def rendered(actor: Actor) -> str:
    template = Template('{% load portal_ui %}{% panels "page:thing" subject %}')
    return template.render(Context({"subject": 7, "actor": actor}))


def test_a_place_where_nothing_is_registered_is_empty() -> None:
    assert rendered(ANYONE) == ""


def test_a_panel_shows_what_it_gives_for_the_subject() -> None:
    registry.register_panel(
        "page:thing", "components/chip.html", lambda actor, subject: {"verdict": "complete"}
    )

    assert 'data-verdict="complete"' in rendered(ANYONE)


def test_a_panel_is_silent_for_whom_it_has_nothing() -> None:
    registry.register_panel(
        "page:thing",
        "components/chip.html",
        lambda actor, subject: {"verdict": "limited"} if actor.is_system else None,
    )

    assert (rendered(ANYONE), 'data-verdict="limited"' in rendered(SYSTEM)) == ("", True)
