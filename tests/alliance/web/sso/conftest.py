"""A provider of OpenID Connect that answers, and Aurora's row for it."""

from collections.abc import Iterator

import pytest

from alliance.models import IdentityProvider
from tests.factories import Cast
from tests.support.oidc_provider import OidcServer, oidc_server
from tests.support.single_sign_on import make_oidc_provider


@pytest.fixture
def server() -> Iterator[OidcServer]:
    with oidc_server() as running:
        yield running


@pytest.fixture
def provider(cast: Cast, server: OidcServer) -> IdentityProvider:
    return make_oidc_provider(cast.aurora, server)
