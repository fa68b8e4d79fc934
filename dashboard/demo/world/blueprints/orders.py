"""What happens after the order: fulfilment, messages to the customer."""

from dashboard.demo.world.builder import StackBuilder
from dashboard.demo.world.components import Change, Deploy
from dashboard.demo.world.traffic import Traffic


def build(account_id: str) -> list[StackBuilder]:
    """Orders and notifications."""
    return [_orders(account_id), _notifications(account_id)]


def _orders(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id, "eu-west-1", "orders-prod", team="payments", description="From order to parcel", traced=True
    )
    intake = at.add(
        "lambda",
        "orders-accept",
        milliseconds=24,
        memory=512,
        timeout_seconds=10,
        traffic=Traffic(165, "global"),
        asynchronous=True,
    )
    bus = at.add("event_bus", "orders-bus")
    placed = at.add("eventbridge", "orders-placed", bus="orders-bus", milliseconds=180, detail_type="OrderPlaced")
    paid = at.add("eventbridge", "orders-paid", bus="orders-bus", milliseconds=180, detail_type="OrderPaid")
    fulfil = at.add(
        "lambda",
        "orders-fulfil",
        milliseconds=1350,
        spread=0.3,
        memory=1024,
        timeout_seconds=60,
        reserved_concurrency=12,
        limits_queue=True,
    )
    fulfilment = at.queue("orders-fulfilment", fulfil, wait_seconds=2.0, visibility_seconds=360)
    workflow = at.add("step_functions", "orders-fulfilment-flow", milliseconds=2400)
    pick = at.add("lambda", "orders-pick-stock", milliseconds=60, memory=512, timeout_seconds=15)
    label = at.add("lambda", "orders-print-label", milliseconds=240, memory=512, timeout_seconds=20)
    track = at.add("lambda", "orders-track-parcel", milliseconds=52, memory=256, timeout_seconds=10)
    table = at.add("dynamodb", "orders-state", milliseconds=4.1, indexes=("by-day",), read_share=0.35)
    shipped = at.add("sns", "orders-shipped", milliseconds=14)
    labels = at.add("s3", "shop-orders-labels", milliseconds=30, request_metrics="EntireBucket", size_bytes=8e9)
    at.call(intake, bus, 1.0, kind="async")
    at.call(bus, placed, 1.0, kind="bus")
    at.call(bus, paid, 0.94, kind="bus")
    at.call(placed, fulfilment, kind="rule")
    at.call(paid, workflow, kind="rule")
    at.call(fulfil, table, 3.0)
    at.call(workflow, pick, 1.0, kind="task")
    at.call(workflow, label, 1.0, kind="task")
    at.call(pick, table, 1.0)
    at.call(label, labels, 1.0, kind="async")
    at.call(label, shipped, 1.0, kind="async")
    at.call(shipped, track, kind="subscription")
    at.deployed(Deploy(201, 42, (Change("Fulfil", "Update"),)))
    return at


def _notifications(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id,
        "eu-west-1",
        "notifications-prod",
        team="platform",
        description="Mail, push and live order status",
        traced=True,
    )
    topic = at.add(
        "sns",
        "notifications-outgoing",
        milliseconds=12,
        traffic=Traffic(240, "global"),
        filtered_share=0.02,
        traced=True,
    )
    email = at.add("lambda", "notifications-send-email", milliseconds=160, memory=512, timeout_seconds=30)
    push = at.add("lambda", "notifications-send-push", milliseconds=75, memory=256, timeout_seconds=15)
    emails = at.queue("notifications-email", email, wait_seconds=1.1)
    pushes = at.queue("notifications-push", push, wait_seconds=0.9)
    socket = at.add("apigateway_websocket", "notifications-live", stage="live", milliseconds=3, traffic=Traffic(420))
    connect = at.add("lambda", "notifications-live-connect", milliseconds=12, memory=256, timeout_seconds=5)
    message = at.add("lambda", "notifications-live-message", milliseconds=16, memory=256, timeout_seconds=5)
    connections = at.add("dynamodb", "notifications-connections", milliseconds=3.2, read_share=0.5)
    templates = at.add(
        "s3", "shop-notifications-templates", milliseconds=22, request_metrics="EntireBucket", size_bytes=0.4e9
    )
    at.call(topic, emails, 0.7, kind="subscription")
    at.call(topic, pushes, 0.3, kind="subscription")
    at.call(email, templates, 1.0, kind="async")
    at.call(socket, connect, 0.06)
    at.call(socket, message, 0.94)
    at.call(connect, connections, 1.0)
    at.call(message, connections, 1.0)
    return at
