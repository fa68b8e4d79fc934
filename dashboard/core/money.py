"""How amounts of money are written."""

from decimal import Decimal

from dashboard.core.units import write_figures


def format_money(amount: Decimal | float, currency: str = "USD") -> str:
    """Write an amount with its currency's code: '3.42 USD', '0.0031 USD', '12.3 k USD'."""
    exact = Decimal(amount)
    size = abs(exact)
    if size >= 10_000:
        return f"{write_figures(float(exact) / 1000)} k {currency}"
    decimals = 0 if size >= 100 else 2 if size >= Decimal("0.1") or not size else 4
    return f"{exact:.{decimals}f} {currency}"
