"""What the demo's company promises: objectives of stacks with and without an incident, and a rule on the map."""

from datetime import time, timedelta

from django.utils import timezone

from dashboard.inventory.models import Stack
from dashboard.slos.models import Slo, SloExclusion
from dashboard.thresholds.models import TraceRule

AVAILABLE = {"checkout-prod": 0.997, "storefront-prod": 0.995, "orders-prod": 0.999, "identity-prod": 0.998}
"""Share of requests without an error, by stack."""
FAST = {"checkout-prod": (0.99, 1.0)}
"""Share of traced requests, and within how many seconds, by stack."""


def promise() -> None:
    """Make objectives of the stacks that were found, at the first start alone: what people change stays so."""
    stacks = {one.name: one for one in Stack.objects.filter(name__in=AVAILABLE).select_related("account")}
    if len(stacks) < len(AVAILABLE) or Slo.objects.exists():
        return
    for name, share in AVAILABLE.items():
        slo = _objective(stacks[name], f"{name} availability", share)
        _leave_out_backups(slo)
    for name, (share, seconds) in FAST.items():
        _objective(stacks[name], f"{name} latency", share, kind=Slo.Kind.LATENCY, target=seconds)
    TraceRule.objects.create(
        name="Functions fail", account=stacks["checkout-prod"].account, type="AWS::Lambda::Function",
        figure="fault_share", severity="warning", above=0.05, hint="Open the failed traces of the node.",
    )  # fmt: skip


def _objective(stack: Stack, name: str, share: float, **columns: object) -> Slo:
    given = {"account": stack.account, "stack": stack, "objective": share, **columns}
    return Slo.objects.create(name=name, **given)


def _leave_out_backups(slo: Slo) -> None:
    SloExclusion.objects.create(
        slo=slo, reason="Weekly maintenance", starts_at=timezone.now() - timedelta(days=60), days=["sun"],
        start=time(2), end=time(3), time_zone="Europe/Berlin",
    )  # fmt: skip
