"""What CloudFormation tells of a stack's past: events of every deploy."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.demo.world.components import Deploy, StackPlan
from dashboard.demo.world.identity import stack_arn, uuid_of
from dashboard.demo.world.members import Member, members_of
from dashboard.demo.world.plan import Plan


@dataclass(frozen=True)
class StackEvent:
    """One line of a stack's history; `at` is in Unix seconds."""

    id: str
    at: float
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    token: str


def stack_events(plan: Plan, stack: StackPlan, origin: int) -> list[StackEvent]:
    """Newest first."""
    members = {member.logical_id: member for member in members_of(plan, stack)}
    whole = Member(stack.name, stack_arn(stack), "AWS::CloudFormation::Stack")
    events = [
        event
        for deploy in stack.deploys
        for event in _events(deploy, whole, members, (origin - deploy.minutes_ago) * 60)
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _events(deploy: Deploy, whole: Member, members: dict[str, Member], start: float) -> Iterator[StackEvent]:
    verb = "CREATE" if deploy.creates else "UPDATE"
    token = f"Console-ExecuteChangeSet-{uuid_of('token', whole.physical_id, deploy.minutes_ago)}"

    def event(member: Member, after: float, status: str, reason: str = "") -> StackEvent:
        ident = uuid_of("event", whole.physical_id, deploy.minutes_ago, member.logical_id, status)
        return StackEvent(
            ident, start + after, member.logical_id, member.physical_id, member.type, status, reason, token
        )

    yield event(whole, 0.4, f"{verb}_IN_PROGRESS", deploy.reason)
    pause = deploy.seconds / (len(deploy.changes) + 1)
    for number, change in enumerate(deploy.changes):
        member = members.get(change.logical_id)
        if member is None:
            continue
        begun = 1 + number * pause
        yield event(member, begun, f"{verb}_IN_PROGRESS")
        status = f"{verb}_FAILED" if change.failed_because else f"{verb}_COMPLETE"
        yield event(member, begun + pause * 0.8, status, change.failed_because)
    if deploy.rolled_back:
        failed = ", ".join(change.logical_id for change in deploy.changes if change.failed_because)
        because = f"The following resource(s) failed to update: [{failed}]. "
        yield event(whole, deploy.seconds - 1, f"{verb}_ROLLBACK_IN_PROGRESS", because)
        yield event(whole, deploy.seconds + 14, f"{verb}_ROLLBACK_COMPLETE")
    else:
        yield event(whole, deploy.seconds, f"{verb}_COMPLETE")
