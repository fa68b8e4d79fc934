"""What the operator chose about discovering; doors read it from the settings and hand it down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choices:
    """Tag keys that name a stack's environment and owner, first one wins; and how many calls run at once."""

    environment_keys: tuple[str, ...] = ("environment", "env", "stage")
    owner_keys: tuple[str, ...] = ("owner", "team")
    threads: int = 8
