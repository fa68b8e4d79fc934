"""Taking the order and the money."""

from dashboard.demo.world.builder import StackBuilder
from dashboard.demo.world.components import Change, Deploy
from dashboard.demo.world.traffic import Traffic


def build(account_id: str) -> list[StackBuilder]:
    """Checkout with its nested payments stack, its staging copy, and the ledger."""
    return [*_checkout(account_id), _staging(account_id), _ledger(account_id)]


def _checkout(account_id: str) -> list[StackBuilder]:
    at = StackBuilder(
        account_id, "eu-west-1", "checkout-prod", team="payments", description="Basket, order and payment", traced=True
    )
    inner = StackBuilder(
        account_id,
        "eu-west-1",
        "checkout-prod-Payments-1KQ8Z4T7WJ2XN",
        team="payments",
        description="Payment providers, nested in checkout",
        parent="checkout-prod",
        parent_logical_id="Payments",
        traced=True,
    )
    api = at.add("apigateway_http", "checkout-api", stage="prod", milliseconds=4, traffic=Traffic(780, "global"))
    order = at.add("lambda", "checkout-create-order", milliseconds=74, memory=1024, timeout_seconds=15)
    basket = at.add("lambda", "checkout-get-basket", milliseconds=18, memory=512, timeout_seconds=10)
    shipping = at.add("lambda", "checkout-quote-shipping", milliseconds=34, memory=512, timeout_seconds=10)
    voucher = at.add("lambda", "checkout-apply-voucher", milliseconds=21, memory=256, timeout_seconds=10)
    baskets = at.add("dynamodb", "checkout-baskets", milliseconds=3.6, indexes=("by-customer",), read_share=0.6)
    orders = at.add(
        "dynamodb", "checkout-orders", milliseconds=4.4, indexes=("by-customer", "by-state"), read_share=0.4
    )
    figures = at.add("custom", "checkout-figures", milliseconds=0.1)
    authorize = inner.add("lambda", "payments-authorize", milliseconds=130, memory=512, timeout_seconds=20)
    capture = inner.add("lambda", "payments-capture", milliseconds=110, memory=512, timeout_seconds=30, batch_size=5)
    attempts = inner.add("dynamodb", "payments-attempts", milliseconds=3.9, read_share=0.3)
    captures = inner.queue("payments-captures", capture, wait_seconds=1.0)
    receipts = inner.add(
        "s3", "shop-payments-receipts", milliseconds=26, request_metrics="EntireBucket", size_bytes=12e9
    )
    at.call(api, order, 0.40)
    at.call(api, basket, 0.36)
    at.call(api, shipping, 0.14)
    at.call(api, voucher, 0.10)
    at.call(order, orders, 2.0)
    at.call(order, authorize, 0.95)
    at.call(order, figures, 1.0, kind="async")
    at.call(basket, baskets, 1.2)
    at.call(shipping, baskets, 1.0)
    at.call(voucher, baskets, 1.5)
    inner.call(authorize, attempts, 1.0)
    inner.call(authorize, captures, 0.97, kind="async")
    inner.call(capture, attempts, 0.2)
    inner.call(capture, receipts, 1.0, kind="async")
    at.deployed(Deploy(121, 64, (Change("CreateOrder", "Update"), Change("GetBasket", "Update"))))
    return [at, inner]


def _staging(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id,
        "eu-central-1",
        "checkout-staging",
        environment="staging",
        team="payments",
        description="Checkout before release",
        traced=True,
    )
    api = at.add(
        "apigateway_http", "checkout-staging-api", stage="staging", milliseconds=4, traffic=Traffic(14, "office")
    )
    order = at.add("lambda", "checkout-staging-create-order", milliseconds=82, memory=1024, timeout_seconds=15)
    basket = at.add("lambda", "checkout-staging-get-basket", milliseconds=19, memory=512, timeout_seconds=10)
    baskets = at.add("dynamodb", "checkout-staging-baskets", milliseconds=3.8, indexes=("by-customer",))
    orders = at.add("dynamodb", "checkout-staging-orders", milliseconds=4.4, indexes=("by-customer",))
    capture = at.add("lambda", "checkout-staging-capture", milliseconds=95, memory=512, timeout_seconds=30)
    captures = at.queue("checkout-staging-captures", capture)
    at.call(api, order, 0.3)
    at.call(api, basket, 0.7)
    at.call(order, orders, 2.0)
    at.call(basket, baskets, 1.2)
    at.call(order, captures, kind="async")
    broken = (
        Change("CreateOrder", "Update"),
        Change("Orders", "Update", "Cannot perform more than one GSI creation or deletion in a single update"),
    )
    at.deployed(Deploy(2 * 1440 + 210, 95, broken, rolled_back=True))
    return at


def _ledger(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id, "eu-central-1", "payments-ledger-prod", team="payments", description="Double-entry bookkeeping"
    )
    post = at.add("lambda", "ledger-post-entry", milliseconds=28, memory=512, timeout_seconds=20)
    reconcile = at.add(
        "lambda", "ledger-reconcile", milliseconds=900, memory=1769, timeout_seconds=300, asynchronous=True
    )
    export = at.add("lambda", "ledger-export", milliseconds=650, memory=1024, timeout_seconds=300)
    at.queue("ledger-entries", post, wait_seconds=1.1, traffic=Traffic(155))
    database = at.add(
        "rds",
        "ledger-db",
        milliseconds=4.0,
        capacity_per_minute=2400,
        max_connections=340,
        memory_gib=16,
        storage_gib=400,
        engine="postgres",
        engine_version="16.4",
        instance_class="db.r6g.large",
        multi_az=True,
    )
    proxy = at.add("rds_proxy", "ledger-db-proxy", milliseconds=0.7, max_connections=300, target="ledger-db")
    machine = at.add("step_functions", "ledger-close-day", milliseconds=4200, traffic=Traffic(0.6, "office"))
    nightly = at.add(
        "eventbridge", "ledger-reconcile-nightly", schedule="rate(10 minutes)", traffic=Traffic(0.118, "flat")
    )
    archive = at.add("s3", "shop-ledger-archive", milliseconds=30, size_bytes=71e9)
    at.call(post, proxy, 2.0)
    at.call(proxy, database, 1.0)
    at.call(machine, export, 1.0, kind="task")
    at.call(export, proxy, 8.0)
    at.call(export, archive, 1.0, kind="async")
    at.call(nightly, reconcile, kind="rule")
    at.call(reconcile, proxy, 30.0)
    return at
