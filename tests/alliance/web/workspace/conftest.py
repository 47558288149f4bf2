"""What tests of the workspace may ask for."""

import pytest
from django.test import Client

from alliance.models import Charter
from tests.factories import Cast
from tests.support.pages import signed_in


@pytest.fixture
def alice(cast: Cast, charter: Charter) -> Client:
    return signed_in(cast.alice)


@pytest.fixture
def sven(cast: Cast, charter: Charter) -> Client:
    return signed_in(cast.sven)
