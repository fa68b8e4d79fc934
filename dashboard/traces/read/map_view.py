"""What of the service map somebody sees: their own, what stands next to it, and of others' only that it is there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

from dashboard.access.roles import Scope
from dashboard.traces.read.map_boxes import Box
from dashboard.traces.read.map_edges import Pair


class Seen(IntEnum):
    """How much of a box is shown."""

    NOT = 0
    HIDDEN = 1
    SHOWN = 2


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, and what they picked. Accounts are AWS account ids, teams their names; empty means all."""

    scope: Scope
    accounts: Collection[str] = ()
    environments: Collection[str] = ()
    teams: Collection[str] = ()
    stack_ids: Collection[int] | None = None

    def owns(self, box: Box) -> bool:
        """Whether it belongs to a stack that may be seen; to those who may see everything, all belongs."""
        return self.scope.everything or (box.stack_id is not None and box.team_id in self.scope.team_ids)

    def picks(self, box: Box) -> bool:
        """Whether the filters pick it."""
        return (
            (not self.accounts or box.account_id in self.accounts)
            and (not self.environments or box.environment in self.environments)
            and (not self.teams or box.team_name in self.teams)
            and (self.stack_ids is None or box.stack_id in self.stack_ids)
        )

    def is_centre(self, box: Box) -> bool:
        """Whether it is shown for its own sake, and not only next to something that is."""
        return self.owns(box) and self.picks(box)


def seen(view: View, boxes: Iterable[Box], pairs: Iterable[Pair]) -> dict[str, Seen]:
    """How much of each box is shown, by id: centres, and their direct neighbours."""
    by_id = {box.id: box for box in boxes}
    centres = {box.id for box in by_id.values() if view.is_centre(box)}
    near = {end for pair in pairs if centres & set(pair) for end in pair}
    return {
        one: Seen.SHOWN if one in centres or by_id[one].stack_id is None or view.owns(by_id[one]) else Seen.HIDDEN
        for one in centres | (near & set(by_id))
    }
