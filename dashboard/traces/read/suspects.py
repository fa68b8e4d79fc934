"""Deploys after which more of a stack's traces were bad than before."""

import numpy as np

from dashboard.core.windows import Window
from dashboard.inventory.models import Deploy
from dashboard.traces import sampling
from dashboard.traces.analysis.causes import LEAST
from dashboard.traces.analysis.evidence import least_difference
from dashboard.traces.chunk import Mask
from dashboard.traces.read.found import SuspectDeploy
from dashboard.traces.read.loading import Loaded
from dashboard.traces.read.visibility import Chosen
from dashboard.traces.table import Table

MOST_DEPLOYS = 20


def suspects_of(loaded: Loaded, window: Window, is_bad: Mask, bad: Mask) -> list[SuspectDeploy]:
    """Deploys of visible stacks on the way of `bad` traces, those first that changed the share of bad ones most.

    `window` is when they began; `is_bad` tells of all traces, before it too. Shares are those of the fair draw. A
    deploy without traces before it counts if bad ones came after it.
    """
    rows = Deploy.objects.filter(stack__in=_stacks(loaded), started_at__gte=window.start, started_at__lt=window.end)
    deploys = list(rows.select_related("stack").order_by("-started_at")[:MOST_DEPLOYS])
    through = {one.stack_id: loaded.through(_is_of(one.stack_id)) for one in deploys}
    concerned = [one for one in deploys if (bad & through[one.stack_id]).any()]
    found = [_suspect(loaded.table, one, is_bad, through[one.stack_id]) for one in concerned]
    return sorted(filter(None, found), key=lambda one: one.after - (one.before or 0.0), reverse=True)


def _is_of(stack_id: int) -> Chosen:
    return lambda node: node.resource__stack_id == stack_id


def _stacks(loaded: Loaded) -> set[int]:
    """Stacks that may be seen of all nodes that could be on the way."""
    scope = loaded.rules.scope
    return {
        node.resource__stack_id
        for nodes in loaded.rules.nodes.values()
        for node in nodes
        if node.resource__stack_id is not None and node.is_shown_to(scope)
    }


def _suspect(table: Table, deploy: Deploy, is_bad: Mask, through: Mask) -> SuspectDeploy | None:
    drawn = ((table.reasons & sampling.IS_DRAWN) > 0) & through
    later = table.at >= deploy.started_at.timestamp()
    after, before = _counted(is_bad, drawn & later), _counted(is_bad, drawn & ~later)
    if after[1] < LEAST or after[0] < LEAST or (before[1] >= LEAST and not _is_more(after, before)):
        return None
    return SuspectDeploy(
        id=deploy.pk,
        stack_id=deploy.stack_id,
        stack_name=deploy.stack.name,
        started_at=deploy.started_at,
        result=deploy.result,
        before=before[0] / before[1] if before[1] >= LEAST else None,
        after=after[0] / after[1],
    )


def _counted(is_bad: Mask, chosen: Mask) -> tuple[int, int]:
    """Bad ones, and all."""
    return int(np.count_nonzero(is_bad & chosen)), int(np.count_nonzero(chosen))


def _is_more(after: tuple[int, int], before: tuple[int, int]) -> bool:
    """Whether the share rose by more than chance explains."""
    least = least_difference(np.array([after[0]]), np.array([before[0]]), after[1], before[1])
    return bool(least[0] > 0)
