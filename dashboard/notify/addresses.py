"""Which network addresses our own requests may go to: public ones, and what the operator allows.

Sources: the IANA special-purpose address registries (RFC 6890 and what it lists). Python's `is_private` and
`is_global` miss carrier-grade NAT, embedded IPv4 addresses and multicast, so the blocks stand here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
PUBLIC_IPV6 = IPv6Network("2000::/3")
NOT_PUBLIC_IPV6 = tuple(
    IPv6Network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")  # protocols, documentation, 6to4
)
NAT64 = IPv6Network("64:ff9b::/96")
METADATA = frozenset(
    ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "fd00:ec2::254")
)
"""Hands out credentials to whoever asks; never allowed."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the operator allows beside public addresses; there, plain http is allowed too."""

    networks: tuple[Network, ...] = ()

    def includes(self, address: Address) -> bool:
        """Whether the operator allowed the address by name."""
        return any(address.version == network.version and address in network for network in self.networks)


def reach_of(blocks: Sequence[str]) -> Reach:
    """Read networks such as '10.0.0.0/8'. Raises ValueError, naming the bad one."""
    return Reach(tuple(ip_network(block.strip()) for block in blocks))


def meant(text: str) -> Address:
    """The address that packets to `text` end up at: IPv4 that is embedded in IPv6 is taken out."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    compatible = int(address) >> 32 == 0 and int(address) > 1
    return IPv4Address(int(address) & 0xFFFFFFFF) if compatible or address in NAT64 else address


def is_allowed(text: str, reach: Reach) -> bool:
    """Whether a request may go to that address."""
    address = meant(text)
    if address in METADATA:
        return False
    return reach.includes(address) or _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_PUBLIC)
    return address in PUBLIC_IPV6 and not any(address in block for block in NOT_PUBLIC_IPV6)
