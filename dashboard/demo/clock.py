"""The simulator's clock: real time plus an offset that tests may set."""

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """Seconds since 1970."""

    offset: float = 0.0

    def now(self) -> float:
        """What time it is in the simulated accounts."""
        return time.time() + self.offset
