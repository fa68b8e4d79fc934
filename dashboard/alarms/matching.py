"""Which resource an alarm is about, by the dimensions of its metric; and which one it names that is not there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

Dimensions = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Owner:
    """A resource and the dimensions of its metrics, in one namespace; `noun` says what it is."""

    resource_id: int
    stack_id: int
    namespace: str
    dimensions: Dimensions
    noun: str
    name: str
    present: bool
    seen_at: datetime


class Directory:
    """Resources of one account and region, found by namespace and dimensions."""

    def __init__(self, owners: Iterable[Owner], single: Mapping[str, str]) -> None:
        """`single` are nouns by namespace, where one dimension tells all that there is of it apart."""
        self._single = single
        self._by_item: dict[tuple[str, tuple[str, str]], list[Owner]] = defaultdict(list)
        self._seen_at: dict[tuple[str, str], datetime] = {}
        for owner in owners:
            for item in owner.dimensions:
                self._by_item[owner.namespace, item].append(owner)
            self._note(owner)

    def _note(self, owner: Owner) -> None:
        """Remember when resources that this dimension tells apart were listed last."""
        if owner.present and len(owner.dimensions) == 1:
            key = owner.namespace, next(iter(owner.dimensions))[0]
            self._seen_at[key] = max(owner.seen_at, self._seen_at.get(key, owner.seen_at))

    def owner_of(self, namespace: str, dimensions: Mapping[str, str]) -> Owner | None:
        """The resource whose dimensions all stand in the metric's: of several the most exact, present ones first.

        A metric with fewer dimensions belongs to a resource when it can be only that one.
        """
        wanted = frozenset(dimensions.items())
        sharing = {owner for item in wanted for owner in self._by_item.get((namespace, item), ())}
        within = [owner for owner in sharing if owner.dimensions <= wanted]
        if within:
            return max(within, key=lambda owner: (len(owner.dimensions), owner.present, -owner.resource_id))
        around = [owner for owner in sharing if owner.dimensions >= wanted and owner.present]
        return around[0] if len(around) == 1 else None

    def missing(self, namespace: str, dimensions: Mapping[str, str], configured_at: datetime) -> str:
        """What the dimensions name and is not there: 'Lambda function checkout-tax'; blank when nothing is missing.

        A name that was never seen counts only where others of its kind were listed since the alarm was made: what is
        not listed, or not yet, is not missing.
        """
        owner = self.owner_of(namespace, dimensions)
        if owner is not None:
            return "" if owner.present else f"{owner.noun} {owner.name}"
        noun = self._single.get(namespace)
        for name, value in dimensions.items():
            seen_at = self._seen_at.get((namespace, name))
            if noun and seen_at and seen_at > configured_at:
                return f"{noun} {value}"
        return ""
