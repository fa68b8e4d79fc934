"""What no CloudFormation stack holds: an application known by its tags, and things made by hand."""

from dashboard.demo.world.builder import StackBuilder
from dashboard.demo.world.traffic import Traffic


def build(production: str, data: str) -> list[StackBuilder]:
    """The loyalty application over two regions, and unassigned resources in several places."""
    return [
        _loyalty(production, "eu-west-1", "west"),
        _loyalty(production, "eu-central-1", "central"),
        _by_hand(production, "eu-west-1"),
        _by_hand(production, "eu-central-1"),
        _by_hand(production, "us-east-1"),
        _experiments(data, "us-east-1"),
        _experiments(data, "eu-west-1"),
    ]


def _loyalty(account_id: str, region: str, place: str) -> StackBuilder:
    tags = {"app": "loyalty", "environment": "prod", "owner": "storefront", "team": "storefront"}
    at = StackBuilder(account_id, region, tags=tags, traced=True)
    api = at.add("apigateway_http", f"loyalty-{place}-api", stage="prod", milliseconds=4, traffic=Traffic(130))
    points = at.add("lambda", f"loyalty-{place}-points", milliseconds=22, memory=512, timeout_seconds=10)
    expire = at.add("lambda", f"loyalty-{place}-expire", milliseconds=300, memory=512, timeout_seconds=120)
    balances = at.add("dynamodb", f"loyalty-{place}-balances", milliseconds=3.7, indexes=("by-tier",))
    expiries = at.queue(f"loyalty-{place}-expiries", expire, wait_seconds=1.2)
    earned = at.add("sns", f"loyalty-{place}-earned", milliseconds=12)
    at.call(api, points)
    at.call(points, balances, 1.5)
    at.call(points, expiries, 0.1, kind="async")
    at.call(points, earned, 0.5, kind="async")
    at.call(expire, balances, 1.0)
    return at


def _by_hand(account_id: str, region: str) -> StackBuilder:
    at = StackBuilder(account_id, region, tags={})
    rotate = at.add("lambda", f"ops-rotate-keys-{region}", milliseconds=800, memory=256, timeout_seconds=60)
    notify = at.add("lambda", f"ops-notify-slack-{region}", milliseconds=120, memory=128, timeout_seconds=15)
    rule = at.add("eventbridge", f"ops-rotate-keys-{region}", schedule="rate(1 hour)", traffic=Traffic(0.0196, "flat"))
    alarms = at.add("sns", f"ops-alarms-{region}", milliseconds=12, traffic=Traffic(0.05, "flat"))
    at.add("s3", f"shop-ops-logs-{region}", milliseconds=25, size_bytes=19e9)
    at.call(rule, rotate, kind="rule")
    at.call(alarms, notify, kind="subscription")
    return at


def _experiments(account_id: str, region: str) -> StackBuilder:
    at = StackBuilder(account_id, region, tags={"owner": "data"})
    train = at.add("lambda", f"experiment-train-{region}", milliseconds=4800, memory=3008, timeout_seconds=600)
    at.queue(f"experiment-jobs-{region}", train, wait_seconds=1.6, traffic=Traffic(3, "office"))
    table = at.add("dynamodb", f"experiment-runs-{region}", milliseconds=4.0, read_share=0.4)
    at.add("s3", f"shop-experiments-{region}", milliseconds=25, size_bytes=310e9)
    at.add("sqs", f"experiment-forgotten-{region}", milliseconds=1)
    at.call(train, table, 2.0)
    return at
