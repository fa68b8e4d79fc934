"""What each planted incident leaves in the traces, and what was not there before."""

from typing import Any

import pytest

from tests.demo.traces import annotated, batch, edges, services, shares, summaries, window
from tests.simulated_aws import DATA, SimulatedAws

ORDERS = 'service("checkout-create-order")'
BEFORE, NOW = 720, 35


def found(aws: SimulatedAws, ago: int, expression: str, account: str = "111122223333") -> list[dict[str, Any]]:
    return summaries(aws, window(aws, ago, 20), expression, account=account)


def test_slow_orders_meet_the_new_version_one_provider_and_the_fraud_check(simulated_aws: SimulatedAws) -> None:
    orders = found(simulated_aws, NOW, ORDERS)
    slow = [one for one in orders if one["ResponseTime"] > 2]
    quick = [one for one in orders if one["ResponseTime"] <= 2]

    assert len(slow) / len(orders) == pytest.approx(0.18, abs=0.04)
    assert shares(slow, "version") == {"2.31.0": 1.0}
    assert shares(slow, "payment_provider")["paylane"] > 0.85
    assert shares(quick, "payment_provider").get("paylane", 0.0) < 0.1
    assert 3.3 < sorted(one["ResponseTime"] for one in slow)[len(slow) // 2] < 5
    assert all("fraud.shieldline.example" in str(one["ResponseTimeRootCauses"]) for one in slow)


def test_failed_orders_are_nearly_all_slow_ones(simulated_aws: SimulatedAws) -> None:
    orders = found(simulated_aws, NOW, ORDERS)
    failed = [one for one in orders if one["HasFault"]]

    assert len(failed) / len(orders) == pytest.approx(0.16, abs=0.04)
    assert sum(one["ResponseTime"] > 2 for one in failed) / len(failed) > 0.9


def test_orders_were_quick_and_of_the_old_version_before(simulated_aws: SimulatedAws) -> None:
    orders = found(simulated_aws, BEFORE, ORDERS)

    assert shares(orders, "version") == {"2.30.4": 1.0}
    assert shares(orders, "payment_provider")["paylane"] == pytest.approx(0.2, abs=0.04)
    assert max(one["ResponseTime"] for one in orders) < 2
    assert sum(one["HasFault"] for one in orders) / len(orders) < 0.02


def test_two_versions_serve_while_the_new_one_takes_over(simulated_aws: SimulatedAws) -> None:
    origin = simulated_aws.state()["incidents"]
    started = next(one for one in origin if one["key"] == "slow-deploy")["started_at"]
    ago = int((simulated_aws.state()["now"] - started) // 60) + 2
    orders = summaries(simulated_aws, window(simulated_aws, ago, 8), ORDERS)
    times = {
        version: [one["StartTime"] for one in orders if annotated(one, "version") == version]
        for version in ("2.30.4", "2.31.0")
    }

    assert times["2.30.4"]
    assert times["2.31.0"]
    assert min(times["2.30.4"]) < min(times["2.31.0"]) < max(times["2.30.4"]) < max(times["2.31.0"])


def test_the_hot_shard_refuses_one_tenant(simulated_aws: SimulatedAws) -> None:
    clicks = found(simulated_aws, NOW, 'service("clickstream-collect")', DATA)
    refused = [one for one in clicks if one["HasThrottle"]]

    assert shares(refused, "tenant") == {"meridian-outlet": 1.0}
    assert shares(clicks, "tenant")["meridian-outlet"] > 0.6
    assert not any(one["HasThrottle"] for one in found(simulated_aws, BEFORE, 'service("clickstream-collect")', DATA))


def test_poisoned_messages_share_a_currency_that_nobody_used_before(simulated_aws: SimulatedAws) -> None:
    mails = found(simulated_aws, NOW, 'service("notifications-send-email") AND annotation[template]')
    failed = [one for one in mails if one["HasFault"]]
    unknown = [one for one in failed if "UnknownCurrency" in str(one["FaultRootCauses"])]

    assert shares(unknown, "currency") == {"ZLC": 1.0}
    assert len(unknown) / len(failed) > 0.8
    assert "ZLC" not in shares(
        found(simulated_aws, BEFORE, 'service("notifications-send-email") AND annotation[template]'), "currency"
    )


def test_the_cold_cache_sends_the_catalogue_to_a_slow_database(simulated_aws: SimulatedAws) -> None:
    query = 'service("catalog-get-product") AND service(id(type: "Database::SQL"))'
    product = 'service("catalog-get-product")'
    before, now = (
        len(found(simulated_aws, ago, query)) / len(found(simulated_aws, ago, product)) for ago in (BEFORE, NOW)
    )
    slow = found(simulated_aws, NOW, f"{query} AND responsetime > 0.5")

    assert before < 0.15
    assert now > 0.5
    assert "Database::SQL" in str(slow[0]["ResponseTimeRootCauses"])


def test_the_looping_function_writes_where_it_is_triggered_from(simulated_aws: SimulatedAws) -> None:
    name = 'service("images-make-thumbnail")'
    now = summaries(simulated_aws, window(simulated_aws, NOW, 1), f"{name} AND !throttle", account=DATA)

    assert shares(now, "output_prefix")["uploads/"] > 0.9
    assert shares(found(simulated_aws, BEFORE, name, DATA), "output_prefix") == {"thumbnails/": 1.0}


def test_the_throttled_consumers_messages_are_old(simulated_aws: SimulatedAws) -> None:
    worked = found(simulated_aws, NOW, 'service("orders-fulfil") AND ok')
    segments = batch(simulated_aws, [worked[0]["Id"]])[0]
    sent = int(segments[0]["links"][0]["trace_id"].split("-")[1], 16)

    assert segments[0]["start_time"] - sent > 1800
    assert found(simulated_aws, NOW, 'service("orders-fulfil") AND throttle')
    assert not found(simulated_aws, BEFORE, 'service("orders-fulfil") AND throttle')


def test_the_fraud_check_was_asked_once_before_and_twice_now(simulated_aws: SimulatedAws) -> None:
    def calls(ago: int) -> float:
        known = edges(services(simulated_aws, window(simulated_aws, ago, 20)))
        name, function = "checkout-create-order", "AWS::Lambda::Function"
        fraud = known[name, function, "fraud.shieldline.example", "remote"]["SummaryStatistics"]["TotalCount"]
        return float(fraud / known[name, "AWS::Lambda", name, function]["SummaryStatistics"]["TotalCount"])

    assert calls(BEFORE) == 1.0
    assert calls(NOW) == pytest.approx(1.18, abs=0.04)
