"""Asks AWS for everything that one region holds; nothing is written here."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.aws import AwsError, CfnEvent, CfnStack, ErrorKind, Region
from dashboard.catalog import all_services
from dashboard.catalog.shape import Found, Identity, Item, Service
from dashboard.inventory.join import Member, root_of
from dashboard.inventory.template import references


@dataclass
class Gathered:
    """What a region holds; `errors` says what could not be asked."""

    stacks: list[CfnStack] | None = None
    """None when the stacks could not be listed: then nothing is known about what is gone."""
    members: list[Member] = field(default_factory=list)
    unread_roots: set[str] = field(default_factory=set)
    """Roots of which some resources could not be listed."""
    events: dict[str, list[CfnEvent]] = field(default_factory=dict)
    """By ARN of the root."""
    references: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Pairs of logical ids, by ARN of the root; only of stacks that changed."""
    tags: dict[str, dict[str, str]] | None = None
    found: dict[str, list[Found]] = field(default_factory=dict)
    """By key of the service; a service that could not be listed is missing."""
    unreadable: set[str] = field(default_factory=set)
    """Services whose listing has entries that can't be read: those may be anything, so nothing of them is gone."""
    half_read: set[tuple[str, str]] = field(default_factory=set)
    """Service and physical id of resources of which a detail could not be asked."""
    errors: list[AwsError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What need not be asked again."""

    newest_deploy: dict[str, datetime]
    """Start of the newest deploy by ARN of the root."""
    read_templates: dict[str, datetime]
    """When the root had changed last, at the time its templates were read; by ARN."""


def gather(aws: Region, known: Known, since: datetime, threads: int, *, whole: bool) -> Gathered:
    """Ask for stacks, tags and every service; one failure leaves the others alone.

    A region that is not observed as a whole is asked for the global services alone that are listed there.
    """
    gathered = Gathered()
    with ThreadPoolExecutor(max_workers=threads) as pool:
        tags = pool.submit(_attempt, gathered, aws.tagged)
        services = [
            pool.submit(_attempt, gathered, _list_service, aws, service)
            for service in all_services().values()
            if service.list_region == aws.name or (whole and not service.list_region)
        ]
        gathered.stacks = _attempt(gathered, aws.stacks) if whole else None
        listed = [one for one in (job.result() for job in services) if one is not None]
        gathered.tags = tags.result()
        _gather_stacks(aws, gathered, known, since, pool)
        for service, items in listed:
            gathered.found[service.key] = _with_details(aws, gathered, service, items, pool)
    return gathered


def _attempt(gathered: Gathered, ask: Callable[..., Any], *arguments: Any) -> Any:
    """The answer, or None with the error kept. A cap or bad credentials end the whole round."""
    try:
        return ask(*arguments)
    except AwsError as error:
        if error.kind in {ErrorKind.CREDENTIALS, ErrorKind.REGION_DISABLED, ErrorKind.CLOCK_SKEW}:
            raise
        gathered.errors.append(error)
        return None


def _list_service(aws: Region, service: Service) -> tuple[Service, list[Item]]:
    return service, aws.list_service(service)


def _gather_stacks(aws: Region, gathered: Gathered, known: Known, since: datetime, pool: ThreadPoolExecutor) -> None:
    """Members, history and references of every stack."""
    stacks = gathered.stacks or []
    stacks_by_arn = {stack.arn: stack for stack in stacks}
    parents = {stack.arn: stack.root_arn for stack in stacks if stack.root_arn in stacks_by_arn}
    members = [(stack, pool.submit(_attempt, gathered, aws.stack_resources, stack.arn)) for stack in stacks]
    histories = {
        stack.arn: pool.submit(_attempt, gathered, _events, aws, stack.arn, known.newest_deploy.get(stack.arn, since))
        for stack in stacks
        if stack.arn not in parents
    }
    templates = {
        stack.arn: pool.submit(_attempt, gathered, aws.template, stack.arn)
        for stack in stacks
        if _changed(stacks_by_arn[root_of(stack.arn, parents)], known)
    }
    for stack, job in members:
        root, resources = root_of(stack.arn, parents), job.result()
        if resources is None:
            gathered.unread_roots.add(root)
            continue
        gathered.members += [Member(root, one.logical_id, one.physical_id, one.type) for one in resources]
    gathered.events = {arn: job.result() for arn, job in histories.items() if job.result() is not None}
    _refer(gathered, {arn: job.result() for arn, job in templates.items()}, parents)


def _refer(gathered: Gathered, templates: dict[str, Any], parents: dict[str, str]) -> None:
    """References of each root whose templates could all be read."""
    unread = {root_of(arn, parents) for arn, body in templates.items() if body is None}
    for arn, body in templates.items():
        root = root_of(arn, parents)
        if root not in unread:
            gathered.references.setdefault(root, set()).update(references(body))


def _changed(root: CfnStack, known: Known) -> bool:
    """Whether the stack changed since its templates were read."""
    read = known.read_templates.get(root.arn)
    return read is None or (root.updated_at or root.created_at) > read


def _events(aws: Region, arn: str, since: datetime) -> list[CfnEvent]:
    return list(aws.stack_events(arn, since))


def _with_details(
    aws: Region, gathered: Gathered, service: Service, items: Sequence[Item], pool: ThreadPoolExecutor
) -> list[Found]:
    """Identities and details of a service's items; an item that can't be read is an error of its own."""
    shared = {key: _answer(aws.region_detail, service, key) for key in service.region_details} if items else {}
    identified = [one for one in (_identified(gathered, aws, service, item) for item in items) if one is not None]
    asked = [
        {key: pool.submit(_answer, aws.detail, service, key, identity, item) for key in service.details}
        for identity, item in identified
    ]
    told: set[str] = set()
    found = []
    for (identity, item), jobs in zip(identified, asked, strict=True):
        replies = {key: job.result() for key, job in jobs.items()}
        details = {key: _kept(gathered, told, key, reply) for key, reply in {**shared, **replies}.items()}
        if any(isinstance(reply, AwsError) for reply in (*shared.values(), *replies.values())):
            gathered.half_read.add((service.key, identity.physical_id))
        one = Found(identity, aws.connection.account_id, aws.name, item, details)
        if _is_readable(gathered, service, one):
            found.append(one)
    return found


def _is_readable(gathered: Gathered, service: Service, found: Found) -> bool:
    """Whether the catalogue can read this resource; one that it can't is an error of its own, not of the round."""
    try:
        for read in (service.facts, service.limits, service.dimensions, service.relations):
            read(found)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        what = f"{found.identity.name} could not be read ({type(error).__name__}: {error})"
        _unreadable(gathered, service, what)
        return False
    return True


def _unreadable(gathered: Gathered, service: Service, what: str) -> None:
    gathered.unreadable.add(service.key)
    message = f"{service.noun}: {what}."
    remedy = "It was left as it was; the next poll asks again."
    gathered.errors.append(AwsError(ErrorKind.INVALID_ANSWER, service.actions[0], message, remedy))


def _answer(ask: Callable[..., Any], *arguments: Any) -> Any:
    """A detail, or the error in its place."""
    try:
        return ask(*arguments)
    except AwsError as error:
        return error


def _kept(gathered: Gathered, told: set[str], key: str, reply: Any) -> Any:
    """The reply, or None for an error; the same detail's errors are told once."""
    if not isinstance(reply, AwsError):
        return reply
    if key not in told:
        told.add(key)
        gathered.errors.append(reply)
    return None


def _identified(gathered: Gathered, aws: Region, service: Service, item: Item) -> tuple[Identity, Item] | None:
    try:
        identity = service.listing.identify(item)
    except (KeyError, TypeError, AttributeError) as error:
        _unreadable(gathered, service, f"an entry of the listing has no {error}")
        return None
    arn = identity.arn.replace("{region}", aws.name).replace("{account_id}", aws.connection.account_id)
    return Identity(identity.physical_id, identity.name, arn), item
