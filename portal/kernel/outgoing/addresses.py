"""Which addresses may be asked: as they are typed, and as the numbers that their names lead to."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAT64 = IPv6Address("64:ff9b::").packed[:12]
# all that is given out to the internet; what lies beside it Python calls global too, such as the translation of inner
# IPv4 addresses (64:ff9b:1::/48) before 3.13, and the site's own (fec0::/10)
_UNICAST = IPv6Network("2000::/3")


def is_allowed_address(url: str) -> bool:
    """Whether it is an https address without user names; http to this machine alone, where a setting allows that."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    is_this_machine = host in _LOOPBACK and bool(settings.OUTGOING_ALLOW_LOOPBACK)
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine)


def is_public(address: str) -> bool:
    """Whether everybody may be led to this IP address: IPv4 is looked for inside of IPv6 too."""
    number = _unwrapped(ip_address(address))
    if settings.OUTGOING_ALLOW_LOOPBACK and number.is_loopback:
        return True
    if isinstance(number, IPv6Address) and number not in _UNICAST:
        return False
    return number.is_global and not number.is_multicast


def _unwrapped(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(number, IPv4Address):
        return number
    if number.packed[:12] == _NAT64:
        return IPv4Address(number.packed[12:])
    return number.ipv4_mapped or number.sixtofour or number
