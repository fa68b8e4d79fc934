"""The stacks of the simulated shop."""

from dashboard.demo.world.blueprints import checkout, crossings, data, loose, orders, platform, storefront
from dashboard.demo.world.components import Incident
from dashboard.demo.world.plan import Plan

PRODUCTION = "111122223333"
DATA = "444455556666"
ACCOUNT_NAMES = {PRODUCTION: "Shop production", DATA: "Shop data"}
REGIONS = ("eu-west-1", "us-east-1", "eu-central-1")


def build(origin: int = 0) -> Plan:
    """Everything, in one plan; `origin` is the minute of which it is told how long ago things were."""
    builders = [
        *storefront.build(PRODUCTION, origin),
        *checkout.build(PRODUCTION),
        *orders.build(PRODUCTION),
        *platform.build(PRODUCTION),
        *data.build(DATA),
        *loose.build(PRODUCTION, DATA),
    ]
    components = [component for builder in builders for component in builder.components]
    edges = [edge for builder in builders for edge in builder.edges]
    return Plan(
        components=components,
        edges=edges + crossings.crossings(components),
        stacks=[builder.plan() for builder in builders if builder.stack],
        incidents=list(INCIDENTS),
    )


INCIDENTS = (
    Incident(
        "slow-deploy",
        "A deploy made checkout slow and failing: the new version asks the fraud check twice and times out",
        "checkout-create-order",
        minutes_ago=120,
        ramp=4,
        changes={"milliseconds": 260.0, "slow_share": 0.18, "slow_milliseconds": 3800.0, "fault_share": 0.16},
    ),
    Incident(
        "throttled-consumer",
        "The fulfilment worker's reserved concurrency was lowered; its queue backs up",
        "orders-fulfil",
        minutes_ago=200,
        ramp=2,
        changes={"reserved_concurrency": 1.0},
    ),
    Incident(
        "poisoned-messages",
        "Receipts with an unknown currency can't be rendered and end in the dead-letter queue",
        "notifications-send-email",
        minutes_ago=310,
        ramp=10,
        changes={"poison_share": 0.021},
    ),
    Incident(
        "hot-shard",
        "One tenant's key takes most of the clickstream: its shard refuses writes and its reader falls behind",
        "clickstream-events",
        minutes_ago=165,
        ramp=15,
        changes={"hot_share": 0.78},
    ),
    Incident(
        "cold-cache",
        "The catalogue cache lost its hit rate after a key format change; the database takes the load",
        "catalog-cache",
        minutes_ago=95,
        ramp=12,
        changes={"hit_share": 0.34},
    ),
    Incident(
        "looping-function",
        "The thumbnail function writes into the folder that triggers it",
        "images-make-thumbnail",
        minutes_ago=230,
        changes={"loop_doubling_minutes": 17.0, "loop_cap": 26000.0},
    ),
)
