"""The data account: clickstream, images, reporting."""

from dashboard.demo.world.builder import StackBuilder
from dashboard.demo.world.components import Change, Deploy
from dashboard.demo.world.traffic import Traffic


def build(account_id: str) -> list[StackBuilder]:
    """Three stacks of the data team."""
    return [_clickstream(account_id), _images(account_id), _reporting(account_id)]


def _clickstream(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id, "eu-west-1", "clickstream-prod", team="data", description="Every click, in order", traced=True
    )
    api = at.add(
        "apigateway_http", "clickstream-collector", stage="$default", milliseconds=3, traffic=Traffic(3400, "global")
    )
    collect = at.add("lambda", "clickstream-collect", milliseconds=12, memory=512, timeout_seconds=5)
    stream = at.add(
        "kinesis",
        "clickstream-events",
        milliseconds=16,
        shards=4,
        record_bytes=640,
        reader_share=0.82,
        retention_hours=48,
    )
    enrich = at.add(
        "lambda",
        "clickstream-enrich",
        milliseconds=240,
        memory=1769,
        timeout_seconds=60,
        batch_size=500,
        reads_stream=True,
    )
    sessions = at.add(
        "lambda", "clickstream-sessions", milliseconds=180, memory=1024, timeout_seconds=60, batch_size=500
    )
    delivery = at.add(
        "firehose", "clickstream-to-lake", milliseconds=10, record_bytes=820, bucket="shop-clickstream-lake"
    )
    lake = at.add("s3", "shop-clickstream-lake", milliseconds=35, size_bytes=4.2e12, request_metrics="EntireBucket")
    state = at.add("dynamodb", "clickstream-session-state", milliseconds=3.6, read_share=0.5)
    at.call(api, collect)
    at.call(collect, stream, 47.0, kind="async")
    at.call(stream, enrich, 1.0, kind="stream")
    at.call(stream, sessions, 1.0, kind="stream")
    at.call(enrich, delivery, 1.0, kind="async")
    at.call(delivery, lake, 0.0005, kind="delivery")
    at.call(sessions, state, 0.02)
    return at


def _images(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id, "eu-west-1", "image-pipeline-prod", team="data", description="Product pictures", traced=True
    )
    bucket = at.add(
        "s3",
        "shop-images",
        milliseconds=34,
        size_bytes=1.6e12,
        request_metrics="EntireBucket",
        traffic=Traffic(34, "global"),
    )
    thumbnail = at.add(
        "lambda",
        "images-make-thumbnail",
        milliseconds=620,
        reserved_concurrency=100,
        memory=1769,
        timeout_seconds=60,
        asynchronous=True,
        writes_into=bucket.logical_id,
    )
    classify = at.add("lambda", "images-classify", milliseconds=840, memory=3008, timeout_seconds=60)
    moderate = at.add("lambda", "images-moderate", milliseconds=310, memory=1024, timeout_seconds=30)
    classified = at.queue("images-to-classify", classify, wait_seconds=1.6)
    flow = at.add("step_functions", "images-review", milliseconds=5200, traffic=Traffic(1.4))
    results = at.add("dynamodb", "images-results", milliseconds=3.9, indexes=("by-product",), read_share=0.3)
    done = at.add("sns", "images-done", milliseconds=12)
    at.call(bucket, thumbnail, 0.2, kind="notification", prefix="uploads/")
    at.call(thumbnail, classified, 0.01, kind="async")
    at.call(classify, results, 1.0)
    at.call(classify, done, 1.0, kind="async")
    at.call(flow, moderate, 1.0, kind="task")
    at.call(moderate, results, 1.0)
    at.deployed(Deploy(232, 39, (Change("ImagesMakeThumbnail", "Update"),)))
    return at


def _reporting(account_id: str) -> StackBuilder:
    at = StackBuilder(account_id, "eu-central-1", "reporting-prod", team="data", description="Figures for the business")
    api = at.add("apigateway_rest", "reporting-api", stage="prod", milliseconds=5, traffic=Traffic(60, "office"))
    query = at.add("lambda", "reporting-query", milliseconds=140, memory=1024, timeout_seconds=29)
    refresh = at.add(
        "lambda", "reporting-refresh", milliseconds=2600, memory=2048, timeout_seconds=300, asynchronous=True
    )
    render = at.add("lambda", "reporting-render-pdf", milliseconds=900, memory=2048, timeout_seconds=60)
    requests = at.queue("reporting-pdf-requests", render, wait_seconds=1.5)
    database = at.add(
        "rds",
        "reporting-db",
        milliseconds=9.0,
        capacity_per_minute=1200,
        max_connections=200,
        memory_gib=32,
        storage_gib=900,
        engine="mysql",
        engine_version="8.0.39",
        instance_class="db.r6g.xlarge",
    )
    reader = at.add(
        "rds",
        "reporting-db-reader",
        milliseconds=9.0,
        capacity_per_minute=1200,
        max_connections=200,
        memory_gib=32,
        storage_gib=900,
        engine="mysql",
        engine_version="8.0.39",
        instance_class="db.r6g.xlarge",
        replica_of="reporting-db",
    )
    warehouse = at.add(
        "aurora",
        "reporting-warehouse",
        milliseconds=22,
        capacity_per_minute=900,
        max_connections=600,
        memory_gib=64,
        min_capacity=1,
        max_capacity=32,
        members=2,
    )
    every = at.add(
        "eventbridge", "reporting-refresh-schedule", schedule="rate(5 minutes)", traffic=Traffic(0.235, "flat")
    )
    exports = at.add("s3", "shop-reporting-exports", milliseconds=30, size_bytes=140e9)
    daily = at.add(
        "firehose", "reporting-audit", milliseconds=10, bucket="shop-reporting-exports", traffic=Traffic(40, "office")
    )
    at.call(api, query)
    at.call(query, database, 0.5)
    at.call(query, reader, 1.5)
    at.call(query, requests, 0.1, kind="async")
    at.call(every, refresh, kind="rule")
    at.call(refresh, warehouse, 60.0)
    at.call(refresh, database, 10.0)
    at.call(render, exports, 1.0, kind="async")
    at.call(daily, exports, 0.01, kind="delivery")
    return at
