"""The networks that a request came from, told without its address: hashes of those around it, so that one
that is known later still meets what was kept before."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

LENGTHS = {4: (8, 12, 16, 20, 22, 24, 28, 32), 6: (16, 24, 32, 40, 48, 56, 64, 128)}
"""Version of the address -> how many bits of it are hashed."""
SMALL = 5
"""Which of them is of one house: /24 and /56."""
MOST = 256
"""Smaller networks that one between two lengths is made of."""


def around(secret: str, address: IPv4Address | IPv6Address) -> list[str]:
    """Of public addresses only: those of our own network are everybody's."""
    if not address.is_global:
        return []
    found = (ip_network((address, length), strict=False) for length in LENGTHS[address.version])
    return [_hash(secret, network) for network in found]


def hashes(secrets: Sequence[str], networks: Sequence[Network]) -> frozenset[str]:
    """Of ``networks``, as ``around`` would have kept them. One wider than all lengths meets nothing."""
    parts = [part for network in networks for part in _parts(network)]
    return frozenset(_hash(secret, part) for part in parts for secret in secrets)


def _parts(network: Network) -> Iterator[Network]:
    length = min((one for one in LENGTHS[network.version] if one >= network.prefixlen), default=None)
    if length is not None and 1 << (length - network.prefixlen) <= MOST:
        yield from network.subnets(new_prefix=length)


def _hash(secret: str, network: Network) -> str:
    return hmac.new(secret.encode(), f"nurture.network:{network}".encode(), "sha256").hexdigest()[:10]
