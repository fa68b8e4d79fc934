"""What the customer sees: pages, catalogue, edge."""

from dashboard.demo.world.builder import StackBuilder
from dashboard.demo.world.components import Change, Deploy
from dashboard.demo.world.traffic import Surge, Traffic

SALE = Surge(days_ago=5, hour=8, hours=15, factor=2.1)
"""A campaign of the storefront, some days ago; the edge was changed for it half an hour before."""


def build(account_id: str, origin: int) -> list[StackBuilder]:
    """Four stacks of the storefront team."""
    return [_pages(account_id), _edge(account_id, origin), _catalog(account_id), _recommendations(account_id)]


def _pages(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id,
        "eu-west-1",
        "storefront-prod",
        team="storefront",
        description="Server-rendered shop pages",
        traced=True,
    )
    balancer = at.add("alb", "storefront-web", milliseconds=2, targets=4, traffic=Traffic(4200))
    render = at.add("lambda", "storefront-render", milliseconds=46, memory=1769, timeout_seconds=10)
    session = at.add("lambda", "storefront-session", milliseconds=9, memory=512, timeout_seconds=5)
    search = at.add("lambda", "storefront-search", milliseconds=70, memory=1024, timeout_seconds=10)
    feedback = at.add("lambda", "storefront-feedback", milliseconds=35, memory=256, timeout_seconds=10)
    sessions = at.add("dynamodb", "storefront-sessions", milliseconds=3.4, read_share=0.8)
    reviews = at.add("dynamodb", "storefront-reviews", milliseconds=4.2, indexes=("by-product",), read_share=0.93)
    cache = at.add(
        "elasticache_serverless", "storefront-fragments", milliseconds=0.6, hit_share=0.96, capacity_per_minute=90_000
    )
    uploads = at.add("s3", "shop-storefront-uploads", milliseconds=32, request_metrics="EntireBucket", size_bytes=42e9)
    at.call(balancer, render, 0.78)
    at.call(balancer, search, 0.12)
    at.call(balancer, feedback, 0.01)
    at.call(render, session, 0.9)
    at.call(session, sessions, 1.3)
    at.call(render, cache, 3.0)
    at.call(render, reviews, 0.3)
    at.call(search, cache, 1.0)
    at.call(feedback, reviews, 1.0)
    at.call(feedback, uploads, 0.3)
    return at


def _edge(account_id: str, origin: int) -> StackBuilder:
    at = StackBuilder(
        account_id,
        "us-east-1",
        "storefront-edge-prod",
        team="storefront",
        description="Content delivery and its guard",
        traced=True,
    )
    acl = at.add("waf", "storefront-edge-acl", scope="CLOUDFRONT", traffic=Traffic(21_000, surge=SALE), milliseconds=1)
    assets = at.add("s3", "shop-storefront-assets", milliseconds=24, request_metrics="EntireBucket", size_bytes=310e9)
    shop = at.add("cloudfront", "shop.example.com", milliseconds=95, extra_metrics=True, client_error_share=0.006)
    images = at.add("cloudfront", "images.example.com", milliseconds=60, bytes=120_000)
    header = at.add("lambda", "storefront-edge-headers", milliseconds=1.4, memory=128, timeout_seconds=5)
    redirects = at.add("lambda", "storefront-edge-redirects", milliseconds=2.1, memory=128, timeout_seconds=5)
    logs = at.add("s3", "shop-storefront-edge-logs", milliseconds=20, size_bytes=88e9)
    at.call(acl, shop, 0.55)
    at.call(acl, images, 0.43)
    at.call(shop, header, 0.2)
    at.call(shop, redirects, 0.02)
    at.call(shop, assets, 0.09, kind="async")
    at.call(images, assets, 0.04, kind="async")
    at.call(images, logs, 0.001, kind="async")
    at.deployed(Deploy(origin - SALE.begins(origin) + 30, 71, (Change("ShopExampleCom", "Update"),)))
    return at


def _catalog(account_id: str) -> StackBuilder:
    at = StackBuilder(
        account_id,
        "eu-west-1",
        "catalog-prod",
        team="storefront",
        description="Products, prices and stock",
        traced=True,
    )
    api = at.add(
        "apigateway_rest", "catalog-api", stage="prod", milliseconds=5, traffic=Traffic(2600, "global"), cached=False
    )
    product = at.add("lambda", "catalog-get-product", milliseconds=14, memory=1024, timeout_seconds=10)
    listing = at.add("lambda", "catalog-list-products", milliseconds=26, memory=1024, timeout_seconds=10)
    prices = at.add("lambda", "catalog-get-prices", milliseconds=11, memory=512, timeout_seconds=10)
    stock = at.add(
        "lambda", "catalog-sync-stock", milliseconds=420, memory=1024, timeout_seconds=120, asynchronous=True
    )
    cache = at.add(
        "elasticache", "catalog-cache", milliseconds=0.7, hit_share=0.95, nodes=2, capacity_per_minute=60_000
    )
    database = at.add(
        "aurora",
        "catalog-db",
        milliseconds=5.5,
        capacity_per_minute=1500,
        max_connections=500,
        memory_gib=16,
        min_capacity=2,
        max_capacity=16,
        members=2,
    )
    proxy = at.add("rds_proxy", "catalog-db-proxy", milliseconds=0.8, max_connections=450, target="catalog-db")
    schedule = at.add(
        "eventbridge", "catalog-stock-schedule", schedule="rate(5 minutes)", traffic=Traffic(0.24, "flat")
    )
    media = at.add("s3", "shop-catalog-media", milliseconds=28, size_bytes=950e9)
    at.call(api, product, 0.55)
    at.call(api, listing, 0.30)
    at.call(api, prices, 0.15)
    for function, look_ups in ((product, 1.6), (listing, 2.4), (prices, 1.2)):
        at.call(function, cache, look_ups)
        at.call(function, proxy, look_ups * 0.8, unless=cache)
    at.call(proxy, database, 1.0)
    at.call(schedule, stock, kind="rule")
    at.call(stock, proxy, 40.0)
    at.call(stock, media, 1.0, kind="async")
    at.deployed(Deploy(96, 48, (Change("GetProduct", "Update"), Change("ListProducts", "Update"))))
    return at


def _recommendations(account_id: str) -> StackBuilder:
    at = StackBuilder(account_id, "us-east-1", "recommendations-prod", team="data", description="What others bought")
    api = at.add("apigateway_http", "recommendations-api", stage="$default", milliseconds=4, traffic=Traffic(900))
    rank = at.add("lambda", "recommendations-rank", milliseconds=58, memory=3008, timeout_seconds=15)
    learn = at.add("lambda", "recommendations-learn", milliseconds=90, memory=2048, timeout_seconds=60, batch_size=10)
    profiles = at.add(
        "dynamodb", "recommendations-profiles", milliseconds=3.9, indexes=("by-segment",), read_share=0.85
    )
    models = at.add("s3", "shop-recommendations-models", milliseconds=40, size_bytes=26e9)
    feedback = at.queue("recommendations-feedback", learn, wait_seconds=1.2)
    cache = at.add("elasticache", "recommendations-cache", milliseconds=0.6, hit_share=0.9, capacity_per_minute=30_000)
    at.call(api, rank)
    at.call(rank, cache, 1.0)
    at.call(rank, profiles, 1.4, unless=cache)
    at.call(rank, feedback, 0.4, kind="async")
    at.call(learn, profiles, 0.8)
    at.call(learn, models, 0.001, kind="async")
    return at
