"""Which stack a resource belongs to, and what its tags say: plain decisions, without tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """A resource as CloudFormation lists it, with the root of its stack."""

    root_arn: str
    logical_id: str
    physical_id: str
    type: str


def first_tag(tags: Tags, keys: Iterable[str]) -> str:
    """The value of the first of these keys that is set, whatever the case it is written in; blank without one."""
    lowered = {key.lower(): value for key, value in tags.items()}
    return next((lowered[key.lower()] for key in keys if lowered.get(key.lower())), "")


def root_of(arn: str, parents: Mapping[str, str]) -> str:
    """The root of a stack; `parents` gives the root that CloudFormation names for each nested one."""
    return parents.get(arn) or arn


def index_members(members: Iterable[Member]) -> dict[tuple[str, str], Member]:
    """Members by type and physical id."""
    return {(member.type, without_host(member.physical_id)): member for member in members if member.physical_id}


def without_host(physical_id: str) -> str:
    """The id, or the path of one that is a URL (a queue's): the host depends on the endpoint that was asked."""
    return "/" + physical_id.split("://", 1)[1].partition("/")[2] if "://" in physical_id else physical_id


def member_of(
    physical_id: str, arn: str, types: Sequence[str], members: Mapping[tuple[str, str], Member]
) -> Member | None:
    """The CloudFormation resource that is this one: by its own id, its ARN, or what stands before a slash in the id.

    A stage is known within its API, an index within its table; CloudFormation lists the API and the table.
    """
    for name in (without_host(physical_id), arn, physical_id.split("/", 1)[0]):
        for one in types:
            if name and (one, name) in members:
                return members[one, name]
    return None


def carries(tags: Tags, wanted: Tags) -> bool:
    """Whether all wanted tags are there."""
    return bool(wanted) and all(tags.get(key) == value for key, value in wanted.items())


def canonical_arn(arn: str) -> str:
    """The ARN of the resource itself: without a function's version, a table's stream or a stage's wildcard."""
    parts = arn.split(":")
    if len(parts) > 7 and parts[2] == "lambda":
        return ":".join(parts[:7])
    if len(parts) > 5 and parts[2] == "dynamodb":
        return arn.split("/stream/", 1)[0]
    if len(parts) > 5 and parts[2] in {"s3", "logs"}:
        return arn.removesuffix("/*").removesuffix(":*")
    return arn
