"""Amazon Resource Names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an ARN; region and account id are blank for global resources."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str


def parse(text: str) -> Arn | None:
    """The parts of an ARN; None for any other text."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[5]:
        return None
    return Arn(*parts[1:])
