"""Where an account's segments go."""

from dashboard.demo.world.blueprints import DATA


def in_transaction_search(account_id: str) -> bool:
    """Whether the account keeps its traces in CloudWatch's Transaction Search, where X-Ray's batch read finds none."""
    return account_id == DATA
