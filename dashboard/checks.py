"""Start-up checks; each message says what to do."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.http.request import validate_host

from dashboard.access.secrets import is_key
from dashboard.notify.addresses import reach_of

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
MAKE_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
MAKE_RANDOM = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'


@register(Tags.security)
def check_configuration(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Look for settings that would be unsafe, or fail later and elsewhere."""
    return [*_check_keys(), *_check_address(), *_check_collecting(), *_check_telling()]


def _is_exposed() -> bool:
    """Whether somebody else's machine may reach this one."""
    return not settings.DEBUG and bool(set(settings.ALLOWED_HOSTS) - LOOPBACK)


def _check_keys() -> Iterator[CheckMessage]:
    if _is_exposed() and (len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5):
        yield Error(
            "SECRET_KEY is short: sessions could be forged.",
            hint=f"Make one with {MAKE_RANDOM} and set SECRET_KEY, or SECRET_KEY_FILE. Everybody signs in again.",
            id="dashboard.E001",
        )
    if not settings.ENCRYPTION_KEYS and not settings.ENCRYPTION_KEY_FILE:
        yield Error(
            "ENCRYPTION_KEYS is missing: secrets can't be stored.",
            hint=f"Make one with {MAKE_KEY}, set ENCRYPTION_KEYS, or ENCRYPTION_KEYS_FILE, and keep a copy elsewhere.",
            id="dashboard.E002",
        )
    if not all(is_key(key) for key in settings.ENCRYPTION_KEYS):
        yield Error(
            "ENCRYPTION_KEYS holds something that is not a key.",
            hint=f"Each key is 32 bytes in URL-safe base64, separated by commas. Make one with {MAKE_KEY}.",
            id="dashboard.E003",
        )


def _check_address() -> Iterator[CheckMessage]:
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in {"http", "https"} or not site.hostname:
        yield Error(
            f"SITE_URL is {settings.SITE_URL!r}, which is no web address.",
            hint="Set it to the address people type, for example https://stackdeck.example.com.",
            id="dashboard.E004",
        )
    elif not validate_host(_as_host(site.hostname), settings.ALLOWED_HOSTS):
        yield Error(
            f"SITE_URL names {site.hostname}, which ALLOWED_HOSTS leaves out: every link would answer 400.",
            hint=f"Add {site.hostname} to ALLOWED_HOSTS.",
            id="dashboard.E005",
        )
    if _is_exposed() and site.scheme != "https":
        yield Warning(
            "Others can reach this server, but SITE_URL is not https: passwords cross the network in clear.",
            hint="Put a TLS proxy in front, set SITE_URL to its https address and BEHIND_PROXY=true.",
            id="dashboard.W006",
        )
    if "*" in settings.ALLOWED_HOSTS and not settings.DEBUG:
        yield Error(
            "ALLOWED_HOSTS accepts every host name: links in pages can be poisoned.",
            hint=f"Name the hosts, for example ALLOWED_HOSTS={site.hostname}.",
            id="dashboard.E007",
        )


def _check_collecting() -> Iterator[CheckMessage]:
    if not settings.EMBEDDED and not settings.REDIS_URL:
        yield Warning(
            "There is no REDIS_URL: the queue is a folder, which workers on other machines don't see.",
            hint="Set REDIS_URL, for example redis://:password@redis:6379/0; or keep web and worker on one machine.",
            id="dashboard.W008",
        )
    if not _is_amount(settings.MONTHLY_CAP_USD):
        yield Error(
            f"MONTHLY_CAP_USD is {settings.MONTHLY_CAP_USD!r}, which is no amount of money.",
            hint="Set it to US dollars a month for each account, for example 50.",
            id="dashboard.E009",
        )


def _check_telling() -> Iterator[CheckMessage]:
    try:
        reach_of(settings.NOTIFY_ALLOWED_NETWORKS)
    except ValueError as error:
        yield Error(
            f"NOTIFY_ALLOWED_NETWORKS holds something that is no network: {error}.",
            hint="Set it to networks, separated by commas, for example 10.0.0.0/8,fd12:3456::/32.",
            id="dashboard.E010",
        )


def _as_host(hostname: str) -> str:
    """IPv6 addresses stand in brackets in a Host header."""
    return f"[{hostname}]" if ":" in hostname else hostname


def _is_amount(text: str) -> bool:
    try:
        return Decimal(text) >= 0
    except InvalidOperation:
        return False
