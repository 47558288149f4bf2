"""How allauth's second factors behave here: under the portal's name, their secrets encrypted in the table."""

from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import qrcode
import structlog
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from alliance.models import Person
from alliance.queries.site import load_site
from alliance.web.account.devices import device_of_request, device_words
from portal.kernel import stored_secrets

log = structlog.get_logger(__name__)

_SHOWN_LENGTH = 100  # characters of each name; the picture of an app's secret holds 2,953 bytes


def passkeys_available() -> bool:
    """Browsers make passkeys for a name, not for a number: not on an address such as 127.0.0.1."""
    return not _is_number(_host())


def address_by_name(request: HttpRequest) -> str:
    """This page where passkeys can be made, if the portal is open under a number and answers to `localhost` too."""
    if passkeys_available() or "localhost" not in settings.ALLOWED_HOSTS:
        return ""
    port = split_domain_port(request.get_host())[1]
    return f"{request.scheme}://localhost{f':{port}' if port else ''}{request.path}"


def _host() -> str:
    """To whom passkeys belong: the host of the settings; where that is a number, the allowed one that was asked for."""
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    if not _is_number(host) or context.request is None:
        return host
    return split_domain_port(context.request.get_host())[0]


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


class FactorAdapter(DefaultMFAAdapter):
    """Names the site as the site is named, and keeps secrets encrypted with a key of their own."""

    error_messages = {  # noqa: RUF012 - allauth declares a dict
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong. Enter the latest code that the app shows."),
        "unreadable_secret": _(
            "The portal cannot check your codes any more. Ask the secretariat to remove your second factors."
        ),
    }

    def get_totp_issuer(self) -> str:
        """The portal's name as the app shows it, cut to what its picture has room for."""
        return load_site().name[:_SHOWN_LENGTH] or _host()

    def get_totp_label(self, user: Person) -> str:
        """The account's name as the app shows it, cut likewise."""
        return str(super().get_totp_label(user))[:_SHOWN_LENGTH]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": _host(), "name": load_site().name or _host()}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.name}

    def generate_authenticator_name(self, *_whose: Any) -> str:
        """The first name of a passkey: the device on which it is made."""
        return device_words(device_of_request(context.request))

    def build_totp_svg(self, url: str) -> str:
        """Dark on white whatever the reader's colours are: cameras need it."""
        buffer = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(buffer)
        return buffer.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return stored_secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; refuses what no key of ours has encrypted, and says what to do."""
        try:
            return stored_secrets.decrypt(encrypted_text)
        except stored_secrets.UnreadableSecret as error:
            log.error("factor_unreadable")
            raise self.validation_error("unreadable_secret") from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Letters are queued in the transaction of the change, by `services.factors`."""
