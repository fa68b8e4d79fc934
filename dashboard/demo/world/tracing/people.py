"""Who asked, and from where: users, addresses and browsers that belong to nobody."""

import numpy as np

from dashboard.demo.world.tracing.chance import Codes, steps, told_apart
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.stories import story_of

_WHO = 520
_BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
    "ShopApp/7.4.1 (Android 14)",
)
_NAMES = ("ada", "bo", "cleo", "dov", "esme", "finn", "gita", "hana", "ivo", "juno", "kai", "lior", "mila", "nils")
_ZONES = "abc"


def drawn(requests: Requests) -> list[Codes]:
    """Four whole numbers below 65,536 per request: user, address, browser, zone."""
    hashes = told_apart(requests.hashes, _WHO)
    return [steps(hashes, part) for part in range(4)]


def user(requests: Requests, number: int) -> str:
    """The user's name; blank for somebody who didn't sign in."""
    share = story_of(requests.entry.component.name).signed_in
    if number >= share * 65_536:
        return ""
    number = int(number / max(share, 1e-9))
    return f"{_NAMES[number % len(_NAMES)]}-{number // 40:04d}"


def address(number: int) -> str:
    """An address from a range that is kept for documentation (RFC 5737)."""
    return f"{('203.0.113', '198.51.100', '192.0.2')[number % 3]}.{1 + number // 3 % 254}"


def browser(number: int) -> str:
    """A user agent."""
    return _BROWSERS[number % len(_BROWSERS)]


def zone(region: str, number: int) -> str:
    """An availability zone."""
    return f"{region}{_ZONES[number % len(_ZONES)]}"


def every(values: Codes) -> list[int]:
    """As plain numbers."""
    listed: list[int] = np.asarray(values).tolist()
    return listed
