"""The IAM policy that an account needs: exactly the reads that are made, and publishing to chosen SNS topics."""

from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.catalog.shape import Service

SOURCES = (
    "budgets:ViewBudget",
    "ce:GetAnomalies",
    "ce:GetCostAndUsage",
    "ce:GetCostForecast",
    "ce:GetTags",
    "ce:ListCostAllocationTags",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
    "cloudwatch:DescribeAlarmHistory",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "ec2:DescribeRegions",
    "pricing:GetProducts",
    "tag:GetResources",
    "xray:BatchGetTraces",
    "xray:GetGroups",
    "xray:GetServiceGraph",
    "xray:GetTraceSegmentDestination",
    "xray:GetTraceSummaries",
    "xray:ListRetrievedTraces",
    "xray:StartTraceRetrieval",
)
"""What discovering and collecting read besides the services of the catalogue."""
MOST_CHARACTERS = 6144
"""A managed policy's size without white space (IAM User Guide, 'IAM and AWS STS quotas')."""


def policy(services: Iterable[Service], sources: Iterable[str] = SOURCES, topics: Sequence[str] = ()) -> dict[str, Any]:
    """A permissions policy as AWS takes it: every action once, in order.

    Resources of reads are not narrowed: listings can't be, and what is read has no secrets. `topics` are ARNs of the
    SNS topics that may be published to.
    """
    actions = sorted({*sources, *(action for service in services for action in service.actions)})
    statement = {"Sid": "StackdeckReads", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement, publishing(topics)] if topics else [statement]}


def publishing(topics: Iterable[str]) -> dict[str, Any]:
    """The statement that allows writing to these SNS topics, and to nothing else."""
    return {"Sid": "StackdeckTells", "Effect": "Allow", "Action": ["sns:Publish"], "Resource": sorted(topics)}


def trust_policy(own_account: str, external_id: str) -> dict[str, Any]:
    """Who may assume the role: the account of our own credentials, with the external id.

    A blank account, where there are no credentials yet, leaves a word to replace.
    """
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{own_account or 'ACCOUNT-OF-THIS-SERVER'}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
