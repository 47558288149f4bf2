"""OAuth 2.0 for programs: tokens by client credentials (RFC 6749, 4.4), their end (RFC 7009), metadata (RFC 8414).

The protocol is authlib's: what a request may carry, how a client shows who it is, how it is refused. Whom a client acts
as and what it may do is decided where tokens are: a client is a token that gets others, of minutes.
"""

from collections.abc import Mapping
from typing import Any

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.integrations.django_oauth2.requests import DjangoOAuth2Payload
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import HttpHeaders
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from alliance.models import ApiToken
from alliance.services.tokens import end_access_of, find_client, issue_access_token, shows_its_secret
from alliance.validators.access_tokens import ACCESS_MINUTES, AccessToken, read_access_token
from alliance.validators.token_secrets import is_client_id
from alliance.web.limits import CLIENTS_PER_ADDRESS, spend_per_address
from portal.kernel.access import available_scopes
from portal.kernel.limits import TooMany

AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
GRANT = "client_credentials"


class _Client(ClientMixin):
    """A client as authlib asks about it. One that there is not is refused like one with a wrong secret."""

    def __init__(self, client_id: str, row: ApiToken | None) -> None:
        self.client_id, self.row = client_id, row

    def get_client_id(self) -> str:
        return self.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        return self.row is not None and shows_its_secret(self.row, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint
        return method in AUTH_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT

    def get_allowed_scope(self, scope: str) -> str | None:
        """The scopes that were asked for, or all of the client; None where one of them is not its."""
        own = self.row.scopes if self.row is not None else []
        asked = scope.split() if scope else own
        return " ".join(asked) if set(asked) <= set(own) else None


class _Access:
    """An access token that is to end."""

    def __init__(self, access: AccessToken) -> None:
        self.access = access

    def check_client(self, client: _Client) -> bool:
        return client.client_id == self.access.client_id


class _Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS


class _Revocation(RevocationEndpoint):
    """Ends an access token and those that its client was given before it: they are stored nowhere, their end is."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Access | None:
        del token_type_hint
        access = read_access_token(token_string)
        return _Access(access) if access is not None else None

    def revoke_token(self, token: _Access, request: Any) -> None:
        end_access_of(request.client.row, token.access.issued_at)


class _Server(AuthorizationServer):
    """The server of client credentials; of other grants it knows nothing."""

    def __init__(self) -> None:
        super().__init__(None, None)
        self.register_grant(_Grant)
        self.register_endpoint(_Revocation)
        generator = BearerTokenGenerator(_access_token, expires_generator=ACCESS_MINUTES * 60)
        self.register_token_generator("default", generator)

    def query_client(self, client_id: str) -> _Client:
        return _Client(client_id, find_client(client_id) if is_client_id(client_id) else None)

    def create_oauth2_request(self, request: HttpRequest) -> Any:
        """The request as authlib reads it; whether http is allowed is the portal's own setting."""
        secure = f"https://{request.get_host()}{request.path}"
        read = _Request(request.method, secure, headers=_readable_headers(request.headers))
        read.payload, read.form_data = DjangoOAuth2Payload(request), request.POST
        return read

    def save_token(self, token: Any, request: Any) -> None:
        """Stored nowhere: its signature says whose it is."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


def _readable_headers(headers: HttpHeaders) -> Mapping[str, str]:
    """The headers, without credentials that do not decode: authlib refuses who shows none, and fails at those."""
    try:
        extract_basic_authorization(headers)
    except ValueError:
        return {name: value for name, value in headers.items() if name != "Authorization"}
    return headers


class _Request(OAuth2Request):
    form_data: Any = None

    @property
    def form(self) -> Any:
        return self.form_data


def _access_token(client: _Client, grant_type: str, user: Any, scope: str) -> str:
    del grant_type, user
    assert client.row is not None
    return issue_access_token(client.row, scope.split())


_SERVER = _Server()


@csrf_exempt
@never_cache
@require_POST
def oauth_token(request: HttpRequest) -> HttpResponse:
    """Gives a client an access token of minutes for its credentials; refuses as RFC 6749 says."""
    if (refusal := _too_many(request)) is not None:
        return refusal
    response: HttpResponse = _SERVER.create_token_response(request)
    return response


@csrf_exempt
@never_cache
@require_POST
def oauth_revoke(request: HttpRequest) -> HttpResponse:
    """Ends an access token of a client, and those that it was given before this one; refuses as RFC 7009 says."""
    if (refusal := _too_many(request)) is not None:
        return refusal
    response: HttpResponse = _SERVER.create_endpoint_response("revocation", request)
    return response


def _too_many(request: HttpRequest) -> HttpResponse | None:
    try:
        spend_per_address(request, CLIENTS_PER_ADDRESS)
    except TooMany as refusal:
        answer = JsonResponse({"error": "temporarily_unavailable"}, status=429)
        answer["Retry-After"] = str(refusal.seconds)
        return answer
    return None


@require_safe
def oauth_metadata(request: HttpRequest) -> HttpResponse:
    """What programs find out by themselves of the server of tokens (RFC 8414)."""
    del request
    scopes = [scope.name for is_host in (False, True) for scope in available_scopes(for_host=is_host)]
    answer = JsonResponse(
        {
            "issuer": settings.ORIGIN,
            "token_endpoint": settings.ORIGIN + reverse("oauth-token"),
            "token_endpoint_auth_methods_supported": AUTH_METHODS,
            "revocation_endpoint": settings.ORIGIN + reverse("oauth-revoke"),
            "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "scopes_supported": list(dict.fromkeys(scopes)),
            "service_documentation": settings.ORIGIN + reverse("api:docs"),
            "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
        }
    )
    answer["Cache-Control"] = "public, max-age=3600"
    return answer
