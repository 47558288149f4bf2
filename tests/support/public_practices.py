"""Public pages of practices, and those who publish there."""

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Membership
from tests.factories import Cast, read_cast
from tests.support.pages import show_at_once


def read_publishing_cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast, in which Sven edits too; what is published shows at once."""
    show_at_once(monkeypatch)
    made = read_cast()
    Membership.objects.filter(person=made.sven).update(roles=[Role.SIGNATORY, Role.EDITOR])
    return made


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()
