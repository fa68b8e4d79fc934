"""Names in X-Ray and resources: how both are brought into one form."""

import re

from dashboard.catalog.shape import Identity

DATABASE = "Database::SQL"
REMOTE = "remote"
_DATABASE_HOST = re.compile(
    r"^(?:[^@]*@)?(?P<id>[^.@]+)\.(?P<kind>proxy|cluster-ro|cluster-custom|cluster)?-?[a-z0-9]+"
    r"\.[a-z0-9-]+\.rds\.amazonaws\.com(?:\.cn)?(?::\d+)?$"
)
_API_HOST = re.compile(r"^(?P<id>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$")


def plain_name(name: str) -> str:
    """A node's name as catalogue entries say it: URLs of queues by their path, hosts of databases and APIs by ids."""
    if "://" in name:
        return "/" + name.split("://", 1)[1].partition("/")[2]
    if database := _DATABASE_HOST.match(name):
        kind = (database["kind"] or "instance").split("-")[0]
        return f"{kind}:{database['id']}"
    if api := _API_HOST.match(name):
        return f"api:{api['id']}"
    return name


def stage_names(identity: Identity) -> tuple[str, ...]:
    """A stage: 'shop-api/prod' as X-Ray writes it, and the API's own host, which calls of it name."""
    api, _, stage = identity.physical_id.partition("/")
    return f"{identity.name.removesuffix(f' ({stage})')}/{stage}", f"api:{api}"


def queue_names(identity: Identity) -> tuple[str, ...]:
    """A queue: by its URL, whatever the host, or by name."""
    return plain_name(identity.physical_id), identity.name


def bus_names(identity: Identity) -> tuple[str, ...]:
    """A rule: X-Ray knows the bus alone."""
    return (identity.physical_id.partition("|")[0] if "|" in identity.physical_id else "default",)


def pool_names(identity: Identity) -> tuple[str, ...]:
    """A client of a user pool: X-Ray knows the pool alone."""
    return (identity.physical_id.partition("/")[0], identity.name.rpartition(" (")[0])
