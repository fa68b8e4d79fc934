"""What counts as a change: enough requests, a change that matters, and more than chance."""

import math

LEAST_REQUESTS = 500.0
"""Below this in either period a stack's rates say nothing."""
LEAST_ERRORS = 10.0
LEAST_RATE_CHANGE = 0.002
"""Two more of a thousand requests fail."""
LEAST_RATIO = 1.5
LEAST_Z = 4.0
"""Standard errors between two error rates; at 200 stacks a day, chance alone reaches it about once in 80 days."""
LEAST_LATENCY_CHANGE = 0.25
LEAST_MILLISECONDS = 20.0
FEW_REQUESTS = 100.0
"""Around a deploy there are fewer."""
EXPECTED_SPREAD = 3.0
"""Errors come in bursts: their counts vary more than those of independent ones."""


def errors_moved(
    errors: float, requests: float, errors_before: float, requests_before: float, least: float = LEAST_REQUESTS
) -> bool:
    """Whether the error rate changed, by a two-proportion test on top of floors for volume and size."""
    if min(requests, requests_before) < least or max(errors, errors_before) < LEAST_ERRORS:
        return False
    rate, rate_before = errors / requests, errors_before / requests_before
    high, low = max(rate, rate_before), min(rate, rate_before)
    if high - low < LEAST_RATE_CHANGE or high < LEAST_RATIO * low:
        return False
    pooled = min((errors + errors_before) / (requests + requests_before), 1.0)
    spread = math.sqrt(EXPECTED_SPREAD * pooled * (1 - pooled) * (1 / requests + 1 / requests_before))
    return spread == 0 or (high - low) / spread >= LEAST_Z


def latency_moved(
    now: float, requests: float, before: float, requests_before: float, least: float = LEAST_REQUESTS
) -> bool:
    """Whether latency (ms) changed by a share and an amount that somebody notices."""
    if min(requests, requests_before) < least or before <= 0:
        return False
    return abs(now / before - 1) >= LEAST_LATENCY_CHANGE and abs(now - before) >= LEAST_MILLISECONDS


def errors_weight(errors: float, requests: float, errors_before: float, requests_before: float) -> float:
    """How much a change of errors matters: requests that fail beyond what the rate before explains."""
    return errors - requests * errors_before / requests_before


def latency_weight(now: float, before: float, requests: float) -> float:
    """How much a change of latency matters: by how many times it changed, and for how many requests, in tens."""
    return math.log(now / before) * math.sqrt(requests)
