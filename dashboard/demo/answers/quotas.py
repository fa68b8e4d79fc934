"""Service Quotas."""

from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers

_QUOTAS = {
    ("lambda", "L-B99A9384"): ("Concurrent executions", 1000.0),
    ("dynamodb", "L-F98FE922"): ("Table-level read throughput limit", 40_000.0),
    ("apigateway", "L-8A5B8E43"): ("Throttle rate", 10_000.0),
    ("kinesis", "L-CFF50FF8"): ("Shards per Region", 500.0),
}


def _quota(asked: Asked, service: str, code: str) -> dict[str, Any]:
    name, value = _QUOTAS[service, code]
    return {
        "ServiceCode": service,
        "ServiceName": service,
        "QuotaArn": f"arn:aws:servicequotas:{asked.region}:{asked.account_id}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


@answers("service-quotas", "GetServiceQuota")
def get_service_quota(asked: Asked) -> Answer:
    """One quota. The simulator knows few."""
    wanted = (str(asked.get("ServiceCode")), str(asked.get("QuotaCode")))
    if wanted not in _QUOTAS:
        raise AnswerError("NoSuchResourceException", "The request failed because the specified service does not exist.")
    return {"Quota": _quota(asked, *wanted)}


@answers("service-quotas", "ListServiceQuotas")
def list_service_quotas(asked: Asked) -> Answer:
    """Those of one service."""
    service = str(asked.get("ServiceCode"))
    return {"Quotas": [_quota(asked, *known) for known in _QUOTAS if known[0] == service]}
