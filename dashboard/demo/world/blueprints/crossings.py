"""Calls between stacks: over accounts and over regions."""

from collections.abc import Sequence

from dashboard.demo.world.components import Component, Edge


def crossings(components: Sequence[Component]) -> list[Edge]:
    """Customers' pictures are moderated in the data account; the ledger and half of the members live elsewhere."""
    named = {component.name: component for component in components}

    def call(source: str, target: str, ratio: float, kind: str) -> Edge:
        return Edge(named[source], named[target], ratio, kind)

    return [
        call("storefront-feedback", "images-moderate", 0.3, "async"),
        call("payments-capture", "ledger-entries", 0.2, "async"),
        call("loyalty-west-points", "loyalty-central-points", 0.06, "sync"),
    ]
