"""How amounts are written."""

from decimal import Decimal

import pytest

from dashboard.core.money import format_money


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("3.418"), "3.42 USD"),
        (Decimal("0.00312"), "0.0031 USD"),
        (Decimal("0.1"), "0.10 USD"),
        (Decimal(0), "0.00 USD"),
        (Decimal("412.6"), "413 USD"),
        (Decimal(12345), "12.3 k USD"),
        (Decimal("-3.4"), "-3.40 USD"),
        (2.5, "2.50 USD"),
    ],
)
def test_an_amount_names_its_currency(amount: Decimal | float, text: str) -> None:
    assert format_money(amount) == text
