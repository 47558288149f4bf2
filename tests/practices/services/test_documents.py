"""Requesting a brief or an archive: by people alone."""

import pytest

from portal.kernel.access import ANYONE
from portal.kernel.errors import Forbidden
from practices.enums import Label
from practices.queries.exports import export_of
from practices.services.documents import request_archive, request_brief
from tests.factories import read_cast
from tests.factories.practices import make_shared

pytestmark = pytest.mark.django_db


def test_a_document_is_requested_by_people_alone() -> None:
    practice = make_shared(read_cast(), Label.CLEAR)

    with pytest.raises(Forbidden):
        request_brief(ANYONE, export_of(ANYONE, practice), "en")
    with pytest.raises(Forbidden):
        request_archive(ANYONE, "en")
