"""The AWS Price List: what products cost on demand, in one region."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.aws.calls import Caller
from dashboard.aws.cost_values import PriceItem, PriceTier
from dashboard.aws.costs import decimal
from dashboard.aws.sessions import GLOBAL_REGION

MOST = 100
"""Products of one page (botocore's model of the Price List)."""
WITHOUT_END = "Inf"


def price_list(caller: Caller, service_code: str, region_code: str) -> Iterator[PriceItem]:
    """Products of a service in a region that have a price on demand. Raises AwsError.

    The price list is asked in us-east-1: it has an endpoint in few regions, and knows all of them there.
    """
    asked = {
        "ServiceCode": service_code,
        "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region_code}],
        "FormatVersion": "aws_v1",
        "MaxResults": MOST,
    }
    for page in caller.pages("pricing", "get_products", asked, ("PriceList",), region=GLOBAL_REGION):
        for text in page["PriceList"]:
            item = _item(json.loads(text))
            if item.tiers:
                yield item


def _item(raw: Mapping[str, Any]) -> PriceItem:
    product = raw["product"]
    attributes = {str(name): str(value) for name, value in (product.get("attributes") or {}).items()}
    return PriceItem(
        sku=str(product["sku"]),
        usage_type=attributes.get("usagetype", ""),
        operation=attributes.get("operation", ""),
        family=str(product.get("productFamily") or ""),
        attributes=attributes,
        tiers=tuple(sorted(_tiers(raw), key=lambda tier: tier.begin)),
    )


def _tiers(raw: Mapping[str, Any]) -> Iterator[PriceTier]:
    """Tiers of the product's offer on demand; a product has one such offer at a time."""
    offers = ((raw.get("terms") or {}).get("OnDemand") or {}).values()
    for offer in list(offers)[:1]:
        for dimension in offer["priceDimensions"].values():
            for currency, price in dimension["pricePerUnit"].items():
                end = str(dimension.get("endRange") or WITHOUT_END)
                yield PriceTier(
                    begin=decimal(dimension.get("beginRange") or 0),
                    end=None if end == WITHOUT_END else decimal(end),
                    price=decimal(price),
                    currency=str(currency),
                    unit=str(dimension["unit"]),
                )
