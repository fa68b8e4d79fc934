"""What entries of the catalogue say of how they are billed."""

from typing import Any

import numpy as np
import pytest

from dashboard.catalog import all_services
from dashboard.catalog.prices.units import unit_of
from dashboard.catalog.shape import NO_BILL, Metered

ONE = np.ones(2)


def usage_of(service: str, values: dict[str, float], facts: dict[str, Any], **linked: Metered) -> dict[str, float]:
    """Units in the first of two five-minute periods."""
    arrays = {key: np.full(2, value) for key, value in values.items()}
    neighbours = {kind: (one,) for kind, one in linked.items()}
    found = all_services()[service].billing.usage(Metered(arrays, facts, 2, 1 / 12, neighbours))
    return {name: round(float(array[0]), 9) for name, array in found.items()}


@pytest.mark.parametrize("key", sorted(all_services()))
def test_every_service_says_what_it_bills_or_what_no_metric_tells(key: str) -> None:
    billing = all_services()[key].billing
    assert billing is not NO_BILL
    assert billing.units or billing.untold or key == "alb_target_group"  # a balancer's bill includes its groups


@pytest.mark.parametrize("key", sorted(all_services()))
def test_units_of_a_silent_resource_are_known_and_never_zero(key: str) -> None:
    found = all_services()[key].billing.usage(Metered({}, {}, 2, 1 / 12))
    for name, array in found.items():
        assert unit_of(name)
        assert not (array == 0).any(), name


@pytest.mark.parametrize(
    ("service", "values", "facts", "units"),
    [
        ("lambda", {"requests": 1000, "duration_sum": 99_500}, {"Memory": 512 * 1024**2, "Architecture": "arm64"},
         {"lambda-requests-arm": 1000, "lambda-gb-seconds-arm": 50}),
        ("lambda", {"requests": 10, "duration_sum": 9_995}, {"Memory": 1024**3, "Architecture": "x86_64"},
         {"lambda-requests": 10, "lambda-gb-seconds": 10}),
        ("dynamodb", {"consumed_read": 30, "consumed_write": 20}, {"Size": 8760 * 1024**3},
         {"dynamodb-read-units": 30, "dynamodb-write-units": 20, "dynamodb-gb-months": 1}),
        ("dynamodb", {"consumed_read": 30}, {"Size": 0, "Read capacity": 24, "Write capacity": 12},
         {"dynamodb-read-hours": 2, "dynamodb-write-hours": 1, "dynamodb-gb-months": 0}),
        ("firehose", {"requests": 1024, "bytes": 1000}, {}, {"firehose-gb": 5 / 1024}),
        ("kinesis", {"requests": 7}, {"Open shards": 24, "Retention": 86_400},
         {"kinesis-shard-hours": 2, "kinesis-put-units": 7}),
        ("eventbridge", {"matched": 5}, {"Bus": "default"}, {}),
        ("eventbridge", {"matched": 5}, {"Bus": "orders"}, {"events": 5}),
        ("step_functions", {"requests": 4}, {"States": 6, "Type": "STANDARD"}, {"state-transitions": 28}),
        ("sqs", {"sent": 10, "received": 10, "deleted": 10}, {}, {"sqs-requests": 30}),
        ("aurora", {"acu_average": 6, "volume": 0}, {"Members": 2}, {"aurora-acu-hours": 1, "aurora-gb-months": 0}),
        ("rds", {}, {"Engine": "mysql 8.0", "Instance class": "db.r6g.large", "Multi-AZ": True, "Storage": 0},
         {"rds:db.r6g.large:mysql:multi": 1 / 12, "rds-multi-gb-months": 0}),
    ],
)  # fmt: skip
def test_metrics_and_configuration_make_units(
    service: str, values: dict[str, float], facts: dict[str, Any], units: dict[str, float]
) -> None:
    assert usage_of(service, values, facts) == pytest.approx(units, abs=1e-8)


def test_messages_read_by_a_function_are_received_and_deleted_in_its_batches() -> None:
    reader = Metered({"requests": np.full(2, 10.0)}, {}, 2, 1 / 12)
    found = usage_of("sqs", {"sent": 100, "received": 100, "deleted": 100}, {}, event_source_mapping=reader)
    assert found == {"sqs-requests": 120}


def test_a_proxy_is_billed_for_at_least_eight_acus() -> None:
    cluster = Metered({"acu_average": ONE}, {"Members": 2}, 2, 1 / 12)
    assert usage_of("rds_proxy", {}, {}, proxy_target=cluster) == {"proxy-acu-hours": round(8 / 12, 9)}
