"""Sessions and clients: made under a lock, shared by all threads, one loader for all.

Source: boto3's guide on multithreading. Clients may be shared between threads; sessions, and the making of clients,
may not.
"""

import functools
from datetime import UTC, datetime
from threading import RLock
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import NoCredentialsError
from botocore.loaders import Loader
from botocore.utils import parse_timestamp
from django.conf import settings

from dashboard.aws import bodies, throttles
from dashboard.core.connection import Connection

_lock = RLock()
_loader = Loader()
GLOBAL_REGION = "us-east-1"


def client(connection: Connection, region: str, service: str) -> Any:
    """A client, made once per connection, region and service.

    Raises botocore's errors for a missing profile.
    """
    with _lock:
        return _client(connection, region, service)


@functools.lru_cache(maxsize=512)
def _client(connection: Connection, region: str, service: str) -> Any:
    points = service == "cloudwatch"
    config = _config(validate=not points)
    made = _session(connection, points=points).create_client(service, region_name=region, config=config)
    made.meta.events.register("needs-retry.*", throttles.note)
    made.meta.events.register("before-parse.*", bodies.check)
    return made


@functools.lru_cache(maxsize=128)
def _session(connection: Connection, *, points: bool) -> botocore.session.Session:
    """A session of this connection; one for points hands times over as plain seconds."""
    session = _plain_session(connection.profile, points=points)
    if connection.role_arn:
        vars(session)["_credentials"] = _role_credentials(connection)
    return session


def _plain_session(profile: str, *, points: bool = False) -> botocore.session.Session:
    session = botocore.session.Session(profile=profile or None)
    session.register_component("data_loader", _loader)
    parser = _seconds if points else _moment
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=parser)
    return session


@functools.lru_cache(maxsize=64)
def _role_credentials(connection: Connection) -> DeferredRefreshableCredentials:
    """Credentials of an assumed role, fetched when first needed and again before they expire."""
    return DeferredRefreshableCredentials(refresh_using=role_fetcher(connection), method="assume-role")


def role_fetcher(connection: Connection, *, with_external_id: bool = True) -> Any:
    """A callable that assumes the role; raises botocore's ClientError when that is refused.

    Raises NoCredentialsError at once where there is nothing to assume it with.
    """
    source = _plain_session(connection.profile)
    credentials = source.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    arguments = {"RoleSessionName": "stackdeck"}
    if connection.external_id and with_external_id:
        arguments["ExternalId"] = connection.external_id
    return AssumeRoleCredentialFetcher(
        client_creator=functools.partial(source.create_client, region_name=GLOBAL_REGION, config=_config()),
        source_credentials=credentials,
        role_arn=connection.role_arn,
        extra_args=arguments,
        expiry_window_seconds=15 * 60,
    ).fetch_credentials


def forget() -> None:
    """Drop every session and client: their endpoint or credentials changed."""
    with _lock:
        _client.cache_clear()
        _session.cache_clear()
        _role_credentials.cache_clear()


def _config(*, validate: bool = True) -> Config:
    """Settings of a client; checking 500 well-made queries once more costs more than sending them."""
    return Config(
        parameter_validation=validate,
        connect_timeout=settings.AWS_CONNECT_TIMEOUT,
        read_timeout=settings.AWS_READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": settings.AWS_MAX_ATTEMPTS},
        max_pool_connections=max(10, settings.AWS_THREADS * 2),
        disable_request_compression=True,
        user_agent_extra="stackdeck",
    )


def _moment(value: Any) -> datetime:
    """A time as botocore would give it, without the slow way through dateutil's local zone for numbers."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return parse_timestamp(value)


def _seconds(value: Any) -> float:
    """A time as Unix seconds: points need no more, and 500 series have many."""
    if isinstance(value, int | float):
        return value
    return parse_timestamp(value).timestamp()
