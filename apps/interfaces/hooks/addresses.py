"""Which addresses may be called. The portal stands inside the campus: nobody may use it as a way in."""

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

PORTS = {"https": 443, "http": 80}
LOWEST_FREE_PORT = 1024
LONGEST = 500
# Ways of writing an address of IPv4 in one of IPv6, and nets that older Pythons take for public.
WRAPPED = [ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")]


class UnableToReach(Exception):
    """The address may not be called, or its name leads nowhere; the words say why."""


@dataclass(frozen=True)
class Target:
    """Where a call goes. `address` is pinned when the name was looked up: a second look-up could say something else."""

    scheme: str
    host: str
    port: int
    path: str
    address: str = ""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_url(url: str) -> Target:
    """The parts of an address that may be subscribed; nothing is looked up. Raises UnableToReach."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise UnableToReach(_("This is no address.")) from error
    if parts.scheme not in PORTS or not host or len(url) > LONGEST or not url.isascii() or not url.isprintable():
        raise UnableToReach(_("Give a whole address, like https://system.college.edu.cn/hook."))
    if parts.scheme == "http" and not (settings.WEBHOOK_PLAIN_HTTP or is_listed(host)):
        raise UnableToReach(_("Only https is called."))
    if parts.username is not None or parts.password is not None or parts.fragment or " " in url or "\\" in url:
        raise UnableToReach(_("The address may hold no name, password or “#”."))
    port = port or PORTS[parts.scheme]
    if port < LOWEST_FREE_PORT and port not in PORTS.values():
        raise UnableToReach(_("This port is not called."))
    return Target(parts.scheme, host.lower(), port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def is_listed(host: str) -> bool:
    """Is it one of the hosts inside that whoever runs the server allows (WEBHOOK_HOSTS)?"""
    return host.lower() in {each.strip().lower() for each in settings.WEBHOOK_HOSTS}


def resolve(target: Target) -> Target:
    """Look the name up once, and keep to the answer. One address inside is enough to refuse. Raises UnableToReach."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnableToReach(_("The name of the host leads nowhere.")) from error
    addresses = [str(place[4][0]).partition("%")[0] for place in found]
    if not is_listed(target.host) and not all(map(is_public, addresses)):
        raise UnableToReach(_("The address lies inside a network that is not called from here."))
    return Target(target.scheme, target.host, target.port, target.path, addresses[0])


def is_public(text: str) -> bool:
    """An address of the internet: not this machine, not this network, not one that stands for such."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if any(address in net for net in WRAPPED) or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified
