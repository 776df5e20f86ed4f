"""Which internet addresses a page may be fetched from: public ones only, whatever way they are written."""

import ipaddress
import socket
from collections.abc import Callable, Sequence

from claims.errors import InputError, SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

# Beside what `ipaddress` does not call global. Clouds answer with credentials at some of these.
_REFUSED = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "224.0.0.0/4", "240.0.0.0/4", "fec0::/10", "fd00:ec2::/32", "5f00::/16", "3fff::/20", "100::/64",
        "2001::/23", "2001:db8::/32",
    )
)  # fmt: skip
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def is_public(text: str) -> bool:
    """Whether an address, as text, is one of the public internet; addresses inside addresses are looked at too."""
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    return all(_plainly_public(found) for found in _within(address))


def _within(address: Address) -> list[Address]:
    """The address and the IPv4 addresses that it carries (mapped, 6to4, Teredo, NAT64, compatible)."""
    found: list[Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in net for net in _NAT64) or int(address) < 1 << 32:
            carried.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        found += [a for a in carried if a is not None]
        if address.ipv4_mapped is not None:
            return found[1:]
    return found


def _plainly_public(address: Address) -> bool:
    return (
        address.is_global
        and not (address.is_multicast or address.is_private or address.is_loopback or address.is_link_local)
        and not (address.is_reserved or address.is_unspecified)
        and not any(address.version == net.version and address in net for net in _REFUSED)
    )


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address that the system knows for a host.

    Raises:
        SourceError: the name is not known.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceError(
            f"the site {host!r} cannot be found ({getattr(error, 'strerror', None) or error}); check the address and "
            "the connection, or save the page and give the file"
        ) from None
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, *, resolver: Resolver = resolve, allowed: Callable[[str], bool] = is_public
) -> Sequence[str]:
    """The addresses of a host, if every one of them is allowed.

    Raises:
        InputError: one of them is not public.
        SourceError: there is none.
    """
    found = resolver(host, port)
    refused = [address for address in found if not allowed(address)]
    if refused:
        where = host if host == refused[0] else f"{host} leads to {refused[0]}, which"
        raise InputError(
            f"{where} is not a public internet address; claimlab fetches public pages only: save the page and give "
            "the file"
        )
    if not found:
        raise SourceError(f"the site {host!r} has no address; check the spelling")
    return found
