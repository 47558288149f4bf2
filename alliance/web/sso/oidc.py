"""OpenID Connect: the code flow of allauth with PKCE; ID tokens are always verified by the keys of the provider."""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from requests import RequestException

from alliance.enums import SignInFault
from alliance.models import IdentityProvider
from alliance.services.provider_sign_ins import Identity
from alliance.validators.addresses import canonical_address
from alliance.web.sso.addresses import callback_url
from alliance.web.sso.faults import ProviderFault
from portal.kernel.outgoing import OutgoingSession, is_allowed_address

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_CLOCKS_DIFFER_BY = 60  # seconds
FRESH_FOR = 5 * 60  # seconds after which a sign-in at the provider does not confirm anything any more
# RFC 8176: what says by itself that there was a second factor
_FACTOR_METHODS = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face", "sms", "tel", "sc"})
_FAULTS: Sequence[tuple[type[Exception], SignInFault]] = (
    (jwt.ExpiredSignatureError, SignInFault.EXPIRED),
    (jwt.ImmatureSignatureError, SignInFault.EARLY),
    (jwt.InvalidIssuedAtError, SignInFault.EARLY),
    (jwt.InvalidAudienceError, SignInFault.AUDIENCE),
    (jwt.InvalidIssuerError, SignInFault.ISSUER),
    (jwt.MissingRequiredClaimError, SignInFault.RESPONSE),
    (jwt.InvalidSignatureError, SignInFault.SIGNATURE),
    (jwt.InvalidAlgorithmError, SignInFault.SIGNATURE),
    (jwt.InvalidKeyError, SignInFault.SIGNATURE),
)


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """One exchange with one provider."""

    def __init__(self, request: HttpRequest, provider: "OidcProvider") -> None:
        super().__init__(request, provider.app.provider_id)
        self._provider = provider
        self._configuration: dict[str, Any] | None = None

    def get_provider(self) -> "OidcProvider":
        return self._provider

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        del request
        return callback_url(app.provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes about itself, for the issuer that was filled in and no other."""
        if self._configuration is None:
            answer = _fetch(self._provider.server_url)
            issuer = self._provider.app.settings["server_url"]
            if str(answer.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
                raise ProviderFault(SignInFault.ISSUER)
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(is_allowed_address(str(answer.get(name, ""))) for name in names):
                raise ProviderFault(SignInFault.RESPONSE)
            self._configuration = answer
        return self._configuration

    def claims(self, code_verifier: str) -> dict[str, Any]:
        """Exchange the code of the request for an ID token, and verify that. Raises ProviderFault."""
        app = self._provider.app
        try:
            client = self.get_client(self.request, app)
            answer = self.get_access_token_data(self.request, app, client, pkce_code_verifier=code_verifier)
        except OAuth2Error as error:
            raise ProviderFault(SignInFault.REFUSED) from error
        except RequestException as error:
            raise ProviderFault(SignInFault.AWAY) from error
        claims = self._verified(str(answer.get("id_token") or ""))
        if not claims.get("email") and self.openid_config.get("userinfo_endpoint"):
            claims |= self._user_information(claims["sub"], str(answer["access_token"]))
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        app = self._provider.app
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in _ALGORITHMS:
                raise ProviderFault(SignInFault.SIGNATURE)
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(header),
                algorithms=[header["alg"]],
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=_CLOCKS_DIFFER_BY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise ProviderFault(_fault_of(error)) from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != app.client_id:
            raise ProviderFault(SignInFault.AUDIENCE)
        return claims

    def _key(self, header: Mapping[str, Any]) -> Any:
        """The public key that the token names, fetched anew: providers rotate them."""
        try:
            keys = jwt.PyJWKSet.from_dict(_fetch(self.openid_config["jwks_uri"])).keys
        except jwt.PyJWTError as error:
            raise ProviderFault(SignInFault.RESPONSE) from error
        named = [key for key in keys if "kid" not in header or key.key_id == header["kid"]]
        if len(named) != 1 or named[0].key_type == "oct":
            raise ProviderFault(SignInFault.SIGNATURE)
        return named[0].key

    def _user_information(self, subject: str, access_token: str) -> dict[str, Any]:
        """Address and name where the ID token has none; of the same person alone."""
        answer = _fetch(self.openid_config["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})
        if answer.get("sub") != subject:
            raise ProviderFault(SignInFault.RESPONSE)
        return {name: answer[name] for name in ("email", "email_verified", "name") if name in answer}


class OidcProvider(OpenIDConnectProvider):
    """allauth's provider, with the adapter of ours."""

    oauth2_adapter_class = OidcAdapter

    def get_oauth2_adapter(self, request: HttpRequest) -> OidcAdapter:
        return OidcAdapter(request, self)


def begin(request: HttpRequest, provider: OidcProvider, state: dict[str, Any]) -> HttpResponse:
    """Lead to the provider; `state` waits in this browser's session. Raises ProviderFault when it is away."""
    parameters = {"nonce": state["nonce"]}
    if state["purpose"] == "confirm":
        parameters |= {"prompt": "login", "max_age": "0"}
    try:
        response: HttpResponse = provider.redirect(request, "login", data=state, auth_params=parameters)
    except RequestException as error:
        raise ProviderFault(SignInFault.AWAY) from error
    return response


def finish(
    request: HttpRequest, provider: OidcProvider, row: IdentityProvider, state: Mapping[str, Any]
) -> tuple[Identity, float | None]:
    """Who has come back, and when they signed in there, in seconds since 1970. Raises ProviderFault."""
    if "code" not in request.GET:
        is_cancelled = request.GET.get("error") in ("access_denied", "login_required", "interaction_required")
        raise ProviderFault(SignInFault.CANCELLED if is_cancelled else SignInFault.REFUSED)
    claims = provider.get_oauth2_adapter(request).claims(str(state.get("pkce_code_verifier") or ""))
    if not constant_time_compare(str(claims.get("nonce", "")), state["data"]["nonce"]):
        raise ProviderFault(SignInFault.STATE)
    signed_in_at = claims.get("auth_time")
    return _identity(claims, row), float(signed_in_at) if isinstance(signed_in_at, int | float) else None


def _identity(claims: Mapping[str, Any], row: IdentityProvider) -> Identity:
    uid, email = str(claims["sub"]), canonical_address(str(claims.get("email") or ""))
    if not uid or len(uid) > 191:
        raise ProviderFault(SignInFault.RESPONSE)
    # Entra says in a claim of its own that the owner of the domain has been checked
    is_verified = any(claims.get(name) in (True, 1, "true", "1") for name in ("email_verified", "xms_edov"))
    methods = claims.get("amr")
    stated = (
        set(methods)
        if isinstance(methods, list) and all(isinstance(each, str) for each in methods)
        else set()
    )
    has_factor = bool(stated & _FACTOR_METHODS) or str(claims.get("acr", "")) in row.factor_contexts
    return Identity(uid, email, is_verified, str(claims.get("name") or ""), has_factor)


def _fetch(url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        with OutgoingSession() as session:
            response = session.get(url, headers=headers)
            response.raise_for_status()
            answer = response.json()
    except RequestException as error:
        raise ProviderFault(SignInFault.AWAY) from error
    if not isinstance(answer, dict):
        raise ProviderFault(SignInFault.RESPONSE)
    return answer


def _fault_of(error: Exception) -> SignInFault:
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), SignInFault.RESPONSE)
