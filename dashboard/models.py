"""Index of the rooms' tables, for Django alone: nobody else imports this module."""

from dashboard.access.models import Preference, SignInPressure, Team
from dashboard.health.models import ResourceHealth, StackHealth
from dashboard.inventory.models import Account, CustomMetric, Deploy, Link, Resource, Stack, TagRule
from dashboard.metrics.models import Block, HourlyMonth, SealedDay, Series, Slice
from dashboard.polls.models import ApiUsage, Heartbeat, Run, Target

__all__ = [
    "Account",
    "ApiUsage",
    "Block",
    "CustomMetric",
    "Deploy",
    "Heartbeat",
    "HourlyMonth",
    "Link",
    "Preference",
    "Resource",
    "ResourceHealth",
    "Run",
    "SealedDay",
    "Series",
    "SignInPressure",
    "Slice",
    "Stack",
    "StackHealth",
    "TagRule",
    "Target",
    "Team",
]
