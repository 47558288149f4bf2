"""What tests of the workspace may ask for."""

import pytest
from django.test import Client

from alliance.models import Charter, Report
from tests.factories import Cast, make_cycle, make_report
from tests.support.pages import signed_in


@pytest.fixture
def alice(cast: Cast, charter: Charter) -> Client:
    return signed_in(cast.alice)


@pytest.fixture
def sven(cast: Cast, charter: Charter) -> Client:
    return signed_in(cast.sven)


@pytest.fixture
def report(cast: Cast, charter: Charter) -> Report:
    """Aurora's of the first half of 2026, in which nothing is written."""
    return make_report(make_cycle(charter, "2026-h1"), cast.aurora)
