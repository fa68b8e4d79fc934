"""Where the prices of estimates come from, in words."""

from collections.abc import Iterable

from dashboard.catalog.prices.book import book


def say_prices(regions: Iterable[str]) -> str:
    """'List prices were read from AWS's price list on 3 November 2026.', or which of them nobody compared."""
    books = {region: book(region) for region in regions}
    by_hand = [region for region, one in books.items() if one.read_on is None or one.region != region]
    if by_hand:
        return (
            f"List prices of {', '.join(by_hand)} were written down by hand and not compared with AWS’s price list. "
            f"To use the list’s, run: manage.py prices {' '.join(by_hand)} --write"
        )
    oldest = min((one.read_on for one in books.values() if one.read_on), default=None)
    return f"List prices were read from AWS’s price list on {oldest.day} {oldest:%B %Y}." if oldest else ""
