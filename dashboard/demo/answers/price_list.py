"""The price list: products of the services that the bill has, in AWS's form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.billing.rates import CODES, RATES, Rate
from dashboard.demo.world.identity import UPPER
from dashboard.demo.world.noise import stable_text

LOCATIONS = {"eu-west-1": "EU (Ireland)", "eu-central-1": "EU (Frankfurt)", "us-east-1": "US East (N. Virginia)"}
_ON_DEMAND, _PER_UNIT = "JRTCKXETXF", "6YS6EN2CT7"
"""Codes that AWS gives to the offer on demand and to its prices per unit."""
_PUBLISHED = "2026-11-02T00:00:00Z"
_PAGE = 100
_EDGES = {"EU": "Europe", "US": "United States"}


@answers("pricing", "GetProducts")
def get_products(asked: Asked) -> Answer:
    """Every value of a product is a text; the products themselves are texts of JSON."""
    code = asked.get("ServiceCode")
    if code not in {rate.code for rate in RATES.values()}:
        raise AnswerError("InvalidParameterException", f"Input Parameters are invalid: serviceCode {code}")
    found = [one for one in _products(str(code)) if _wanted(asked, one["product"])]
    try:
        page, token = page_of(found, asked.get("NextToken"), min(int(asked.get("MaxResults", _PAGE)), _PAGE))
    except AnswerError as error:
        raise AnswerError("InvalidNextTokenException", "The pagination token is invalid") from error
    return {"FormatVersion": "aws_v1", "PriceList": [json.dumps(one) for one in page], "NextToken": token}


def _wanted(asked: Asked, product: Mapping[str, Any]) -> bool:
    """Whether a product has all values that are asked for."""
    known = {**product["attributes"], "productFamily": product["productFamily"], "sku": product["sku"]}
    return all(known.get(str(one["Field"])) == one["Value"] for one in asked.get("Filters") or ())


def _products(code: str) -> Iterator[dict[str, Any]]:
    """Products of a service, once for each region; what is billed worldwide only once."""
    for name, rate in RATES.items():
        if rate.code == code:
            for region in CODES if rate.prefix is None else ["us-east-1"]:
                yield _product(name, rate, region)


def _product(name: str, rate: Rate, region: str) -> dict[str, Any]:
    sku = stable_text(16, UPPER, "sku", name, region)
    where = {"location": LOCATIONS[region], "locationType": "AWS Region", "regionCode": region}
    if rate.prefix is not None:
        where = {"location": _EDGES.get(rate.prefix, "Any"), "locationType": "Other"}
    attributes = {
        "servicecode": rate.code,
        "servicename": rate.service,
        "usagetype": rate.usage_type(region),
        "operation": "",
        **where,
    }
    term = f"{sku}.{_ON_DEMAND}"
    offer = {
        "priceDimensions": {f"{term}.{_PER_UNIT}{number}": one for number, one in enumerate(_tiers(rate, region, sku))},
        "sku": sku,
        "effectiveDate": "2026-11-01T00:00:00Z",
        "offerTermCode": _ON_DEMAND,
        "termAttributes": {},
    }
    return {
        "product": {"productFamily": rate.service, "attributes": attributes, "sku": sku},
        "serviceCode": rate.code,
        "terms": {"OnDemand": {term: offer}},
        "version": "20261102000000",
        "publicationDate": _PUBLISHED,
    }


def _tiers(rate: Rate, region: str, sku: str) -> Iterator[dict[str, Any]]:
    tiers = rate.tiers[region]
    for number, (begin, price) in enumerate(tiers):
        yield {
            "unit": rate.unit,
            "beginRange": f"{begin:.0f}",
            "endRange": f"{tiers[number + 1][0]:.0f}" if number + 1 < len(tiers) else "Inf",
            "description": f"${price:.10f} per {rate.unit}",
            "appliesTo": [],
            "rateCode": f"{sku}.{_ON_DEMAND}.{_PER_UNIT}{number}",
            "pricePerUnit": {"USD": f"{price:.12f}"},
        }
