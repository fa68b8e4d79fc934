"""X-Ray's settings: groups, where segments go, sampling rules; and insights, of which there are none."""

from typing import Any

from dashboard.demo.answers.traces_window import invalid, moment, window_asked
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.blueprints import PRODUCTION
from dashboard.demo.world.noise import stable_text
from dashboard.demo.world.tracing.destination import in_transaction_search
from dashboard.demo.world.tracing.filters import read_filter
from dashboard.demo.world.tracing.graph import Matching

_DEFAULT = "Default"
_GROUPS = {
    (PRODUCTION, "eu-west-1"): {"checkout": 'service("checkout-create-order") OR service("checkout-get-basket")'}
}
_INSIGHT_DAYS = 30


@answers("xray", "GetGroups")
def get_groups(asked: Asked) -> Answer:
    """The default group, and the checkout's own where it lives."""
    return {"Groups": [_group(asked, name, expression) for name, expression in _groups(asked).items()]}


@answers("xray", "GetGroup")
def get_group(asked: Asked) -> Answer:
    """One group, by name or by ARN."""
    name = _named(asked)
    return {"Group": _group(asked, name, _groups(asked)[name])}


@answers("xray", "GetTraceSegmentDestination")
def get_trace_segment_destination(asked: Asked) -> Answer:
    """X-Ray itself, or CloudWatch Logs with Transaction Search."""
    destination = "CloudWatchLogs" if in_transaction_search(asked.account_id) else "XRay"
    return {"Destination": destination, "Status": "ACTIVE"}


@answers("xray", "GetSamplingRules")
def get_sampling_rules(asked: Asked) -> Answer:
    """The default rule alone: one request a second, and five percent of the rest."""
    rule = {
        "RuleName": _DEFAULT,
        "RuleARN": f"arn:aws:xray:{asked.region}:{asked.account_id}:sampling-rule/{_DEFAULT}",
        "ResourceARN": "*",
        "Priority": 10_000,
        "FixedRate": 0.05,
        "ReservoirSize": 1,
        "ServiceName": "*",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
        "Attributes": {},
    }
    return {"SamplingRuleRecords": [{"SamplingRule": rule, "CreatedAt": moment(0), "ModifiedAt": moment(0)}]}


@answers("xray", "GetInsightSummaries")
def get_insight_summaries(asked: Asked) -> Answer:
    """None: insights are not switched on."""
    window_asked(asked, _INSIGHT_DAYS * 24)
    if not asked.get("GroupName") and not asked.get("GroupARN"):
        raise invalid("Either GroupName or GroupARN must be specified")
    _named(asked)
    return {"InsightSummaries": []}


def filter_of_group(asked: Asked) -> Matching | None:
    """The filter of the group that is asked for; None for everything. Raises AnswerError for an unknown group."""
    if not asked.get("GroupName") and not asked.get("GroupARN"):
        return None
    expression = _groups(asked)[_named(asked)]
    return read_filter(expression) if expression else None


def _groups(asked: Asked) -> dict[str, str]:
    return {_DEFAULT: "", **_GROUPS.get((asked.account_id, asked.region), {})}


def _named(asked: Asked) -> str:
    groups = _groups(asked)
    by_arn = {_arn(asked, name): name for name in groups}
    name = by_arn.get(str(asked.get("GroupARN", "")), str(asked.get("GroupName", "")))
    if name not in groups:
        raise invalid("Group not found")
    return name


def _arn(asked: Asked, name: str) -> str:
    place = f"arn:aws:xray:{asked.region}:{asked.account_id}:group"
    if name == _DEFAULT:
        return f"{place}/{name}"
    return f"{place}/{name}/{stable_text(26, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'group', asked.account_id, name)}"


def _group(asked: Asked, name: str, expression: str) -> dict[str, Any]:
    group: dict[str, Any] = {
        "GroupName": name,
        "GroupARN": _arn(asked, name),
        "InsightsConfiguration": {"InsightsEnabled": False, "NotificationsEnabled": False},
    }
    return {**group, "FilterExpression": expression} if expression else group
