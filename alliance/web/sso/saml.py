"""SAML 2.0: a request by redirect, a signed response by post, verified by python3-saml against our addresses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from alliance.enums import SignInFault
from alliance.models import IdentityProvider
from alliance.services.provider_sign_ins import Identity
from alliance.validators.addresses import canonical_address
from alliance.web.sso.addresses import consumer_url, metadata_url
from alliance.web.sso.faults import ProviderFault

_CONTEXTS = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
# What says by itself that there was a second factor.
_FACTOR_CONTEXTS = frozenset(
    {
        "https://refeds.org/profile/mfa",
        "http://schemas.microsoft.com/claims/multipleauthn",
        f"{_CONTEXTS}MobileTwoFactorContract",
        f"{_CONTEXTS}TimeSyncToken",
        f"{_CONTEXTS}SmartcardPKI",
    }
)
_TRANSIENT = OneLogin_Saml2_Constants.NAMEID_TRANSIENT
_NAMES = (
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "urn:oid:2.16.840.1.113730.3.1.241", "displayName",
    "name",
)  # fmt: skip
_OF = OneLogin_Saml2_ValidationError
_FAULTS = {
    SignInFault.EXPIRED: (_OF.ASSERTION_EXPIRED, _OF.SESSION_EXPIRED),
    SignInFault.EARLY: (_OF.ASSERTION_TOO_EARLY,),
    SignInFault.AUDIENCE: (
        _OF.WRONG_AUDIENCE, _OF.WRONG_DESTINATION, _OF.EMPTY_DESTINATION, _OF.WRONG_SUBJECTCONFIRMATION,
    ),
    SignInFault.ISSUER: (_OF.WRONG_ISSUER, _OF.ISSUER_NOT_FOUND_IN_ASSERTION, _OF.ISSUER_MULTIPLE_IN_RESPONSE),
    SignInFault.SIGNATURE: (
        _OF.INVALID_SIGNATURE, _OF.NO_SIGNATURE_FOUND, _OF.NO_SIGNED_ASSERTION, _OF.NO_SIGNED_MESSAGE,
        _OF.WRONG_SIGNED_ELEMENT, _OF.DUPLICATED_ID_IN_SIGNED_ELEMENTS, _OF.UNEXPECTED_SIGNED_ELEMENTS,
        _OF.WRONG_NUMBER_OF_SIGNATURES, _OF.WRONG_NUMBER_OF_SIGNATURES_IN_RESPONSE,
        _OF.WRONG_NUMBER_OF_SIGNATURES_IN_ASSERTION, _OF.DEPRECATED_SIGNATURE_METHOD, _OF.DEPRECATED_DIGEST_METHOD,
    ),
    SignInFault.STATE: (_OF.WRONG_INRESPONSETO,),
}  # fmt: skip


def saml_settings(row: IdentityProvider) -> dict[str, Any]:
    """What python3-saml must know: both sides, and that nothing unsigned or old is believed."""
    return {
        "strict": True,
        "sp": {
            "entityId": metadata_url(row.key),
            "assertionConsumerService": {
                "url": consumer_url(row.key),
                "binding": OneLogin_Saml2_Constants.BINDING_HTTP_POST,
            },
        },
        "idp": {
            "entityId": row.issuer,
            "singleSignOnService": {"url": row.sign_in_url},
            "x509certMulti": {"signing": list(row.certificates), "encryption": list(row.certificates[:1])},
        },
        "security": {
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "wantAttributeStatement": False,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": settings.OUTGOING_ALLOW_LOOPBACK,
        },
    }


def metadata(row: IdentityProvider) -> bytes:
    """The portal's metadata for this provider."""
    described = OneLogin_Saml2_Settings(saml_settings(row), sp_validation_only=True).get_sp_metadata()
    return described if isinstance(described, bytes) else described.encode()


def begin(
    request: HttpRequest, provider: SAMLProvider, row: IdentityProvider, state: dict[str, Any]
) -> HttpResponse:
    """Lead to the provider; `state` waits in this browser's session, under the number of the request."""
    auth = OneLogin_Saml2_Auth(_facts(row), saml_settings(row))
    address = auth.login(return_to="", force_authn=state["purpose"] == "confirm")
    provider.stash_redirect_state(request, "login", data=state, state_id=auth.get_last_request_id())
    return HttpResponseRedirect(address)


def read_response(row: IdentityProvider, text: str) -> OneLogin_Saml2_Response:
    """What was posted, not yet verified. Raises ProviderFault for what is no response."""
    try:
        return OneLogin_Saml2_Response(OneLogin_Saml2_Settings(saml_settings(row)), text)
    except Exception as error:  # of the parser, whatever somebody has posted
        raise ProviderFault(SignInFault.RESPONSE) from error


def request_of(response: OneLogin_Saml2_Response) -> str:
    """The number of the request that it says it answers; empty for one that nobody has asked for."""
    return response.document.get("InResponseTo") or ""


def finish(
    provider: SAMLProvider, row: IdentityProvider, response: OneLogin_Saml2_Response
) -> tuple[Identity, float | None]:
    """Who has come back, and when they signed in there, in seconds since 1970. Raises ProviderFault."""
    try:
        response.is_valid(_facts(row), request_of(response), raise_exceptions=True)
        _check_audience(row, response)
        return _identity(provider, row, response), _signed_in_at(response)
    except OneLogin_Saml2_ValidationError as error:
        raise ProviderFault(_fault_of(error)) from error
    except (OneLogin_Saml2_Error, LookupError, TypeError, ValueError) as error:
        raise ProviderFault(SignInFault.RESPONSE) from error


def _check_audience(row: IdentityProvider, response: OneLogin_Saml2_Response) -> None:
    """Refuse an assertion that does not say itself for whom it is, and which request it answers.

    python3-saml takes one that is silent about them; it might have been taken from elsewhere, and wrapped anew.
    """
    if metadata_url(row.key) not in response.get_audiences():
        raise ProviderFault(SignInFault.AUDIENCE)
    confirmed = response._query_assertion(
        "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
    )
    if not any(
        each.get("Recipient") == consumer_url(row.key) and each.get("NotOnOrAfter") for each in confirmed
    ):
        raise ProviderFault(SignInFault.AUDIENCE)
    if not any(each.get("InResponseTo") == request_of(response) for each in confirmed):
        raise ProviderFault(SignInFault.STATE)


def _identity(provider: SAMLProvider, row: IdentityProvider, response: OneLogin_Saml2_Response) -> Identity:
    fields: Mapping[str, Any] = provider.extract_common_fields(response)
    email = canonical_address(str(fields.get("email") or ""))
    uid = str(provider.extract_uid(response) or "")
    if not uid or (response.get_nameid_format() == _TRANSIENT and uid == response.get_nameid()):
        uid = email
    if len(uid) > 191:
        raise ProviderFault(SignInFault.RESPONSE)
    contexts = set(response.get_authn_contexts())
    has_factor = bool(contexts & (_FACTOR_CONTEXTS | set(row.factor_contexts)))
    attributes = response.get_attributes()
    name = next((attributes[each][0] for each in _NAMES if attributes.get(each)), "")
    # SAML has no word for it: the provider speaks for its domains, unless it says of an address that it was not checked
    return Identity(uid, email, fields.get("email_verified", True) is not False, str(name), has_factor)


def _signed_in_at(response: OneLogin_Saml2_Response) -> float | None:
    """By the assertion that was verified."""
    statements = response._query_assertion("/saml:AuthnStatement")
    text = statements[0].get("AuthnInstant") if statements else None
    return datetime.fromisoformat(text).timestamp() if text else None


def _facts(row: IdentityProvider) -> dict[str, Any]:
    """How the portal is asked, by its configured origin and not by what a request says."""
    url = urlsplit(consumer_url(row.key))
    return {
        "https": "on" if url.scheme == "https" else "off",
        "http_host": url.netloc,
        "script_name": url.path,
        "get_data": {},
        "post_data": {},
    }


def _fault_of(error: OneLogin_Saml2_ValidationError) -> SignInFault:
    if error.code == _OF.STATUS_CODE_IS_NOT_SUCCESS:
        text = str(error)
        is_cancelled = any(word in text for word in ("AuthnFailed", "RequestDenied", "NoPassive"))
        return SignInFault.CANCELLED if is_cancelled else SignInFault.REFUSED
    return next((fault for fault, codes in _FAULTS.items() if error.code in codes), SignInFault.RESPONSE)
