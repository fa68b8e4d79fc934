"""Root causes, as X-Ray words them in summaries: the path down to where a trace failed, or spent its time."""

from collections.abc import Callable
from typing import Any

from dashboard.demo.world.tracing.calls import Slot
from dashboard.demo.world.tracing.chance import Flags
from dashboard.demo.world.tracing.failures import failed_calls, failure_of
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.views import Seen, View

Cause = dict[str, Any]
_SLOW = 0.5
"""Seconds from which X-Ray looks for the cause of a response time here."""
_MOST = 3


def root_causes(view: View, requests: Requests, position: int) -> dict[str, list[Cause]]:
    """Causes of faults, of errors, and of a long response time; each may be empty."""
    told = _Told(view, requests, position)
    root = requests.columns[view.root.number]
    return {
        "FaultRootCauses": [told.fault()] if root.fault[position] else told.overcome("fault"),
        "ErrorRootCauses": told.overcome("error"),
        "ResponseTimeRootCauses": [told.slowness()] if root.outer[position] > _SLOW else [],
    }


class _Told:
    """The causes of one trace."""

    def __init__(self, view: View, requests: Requests, position: int) -> None:
        self.view, self.requests, self.position = view, requests, position
        self.seen = {seen.slot.number: seen for seen in view.seen}

    def fault(self) -> Cause:
        """Down to the first call that failed by itself."""
        path = self._down(lambda slot: next(iter(self._failed_below(slot)), None))
        return self._cause(path, self._exceptions, impacting=True)

    def overcome(self, flag: str) -> list[Cause]:
        """Each call that carries the flag by its own doing; unless it is the first one, the client didn't notice."""
        found = []
        for seen in self.view.seen:
            column = self.requests.columns[seen.slot.number]
            flags: Flags = getattr(column, flag)
            if column.present[self.position] and flags[self.position] and not self._failed_below(seen.slot):
                impacting = seen.slot.number == self.view.root.number
                found.append(self._cause(self._above(seen.slot), self._exceptions, impacting=impacting))
        return found[:_MOST]

    def slowness(self) -> Cause:
        """Down to where most of the time was spent."""
        path = self._down(self._slowest)
        return self._cause(path, lambda slot: {"Coverage": round(self._coverage(slot), 3)}, impacting=True)

    def _failed_below(self, slot: Slot) -> list[Slot]:
        return failed_calls(self.requests, slot, self.position)

    def _exceptions(self, slot: Slot) -> dict[str, Any]:
        failure = failure_of(self.requests, slot, self.position)
        if failure is None:
            return {"Exceptions": []}
        return {"Exceptions": [{"Name": failure.type, "Message": failure.message}]}

    def _slowest(self, slot: Slot) -> Slot | None:
        """The call that took more than half of its caller's time."""
        columns = self.requests.columns
        below = [
            seen.slot
            for seen in self.view.seen
            if seen.slot.parent == slot.number and columns[seen.slot.number].present[self.position]
        ]
        worst = max(below, key=lambda other: float(columns[other.number].outer[self.position]), default=None)
        if worst is None or not slot.runs:
            return None
        share = columns[worst.number].outer[self.position] / columns[slot.number].outer[self.position]
        return worst if 0.5 < share <= 1.0 else None

    def _coverage(self, slot: Slot) -> float:
        """The share of the response time that was spent in a call, itself."""
        columns = self.requests.columns
        whole = float(columns[self.view.root.number].outer[self.position])
        return min(float(columns[slot.number].outer[self.position]) / whole, 1.0)

    def _down(self, following: Callable[[Slot], Slot | None]) -> list[Seen]:
        path = [self.seen[self.view.root.number]]
        while (slot := following(path[-1].slot)) is not None and slot.number in self.seen:
            path.append(self.seen[slot.number])
        return path

    def _above(self, slot: Slot) -> list[Seen]:
        path = []
        while slot.number in self.seen:
            path.append(self.seen[slot.number])
            if slot.parent < 0:
                break
            slot = self.requests.entry.slots[slot.parent]
        return path[::-1]

    def _cause(self, path: list[Seen], told: Callable[[Slot], dict[str, Any]], *, impacting: bool) -> Cause:
        services = []
        for position, seen in enumerate(path):
            following = path[position + 1] if position + 1 < len(path) else None
            services += self._services(seen, following, told)
        return {"Services": services, "ClientImpacting": impacting}

    def _services(
        self, seen: Seen, following: Seen | None, told: Callable[[Slot], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The service of a call, and the function behind it; the entity path ends with the call that follows."""
        found = []
        for node in (seen.service, seen.function):
            if node is None:
                continue
            inner = node is seen.function or seen.function is None
            entities = [{"Name": node.name, **told(seen.slot), "Remote": False}]
            if inner and following is not None:
                entities.append({"Name": following.service.name, **told(following.slot), "Remote": True})
            service = {"Name": node.name, "Names": [node.name], "Type": node.type, "EntityPath": entities}
            if node.account_id:
                service["AccountId"] = node.account_id
            found.append({**service, "Inferred": not seen.slot.runs or not seen.local})
        return found
