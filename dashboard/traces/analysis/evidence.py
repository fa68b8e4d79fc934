"""How sure a difference between two shares is: tests that a handful of traces can't pass.

Whether a fact is more frequent among bad traces than chance makes it is judged by Fisher's exact test, one-sided: of n
traces with k carriers of the fact, how likely is it that a draw of the bad ones holds so many of them? The
hypergeometric tail is bounded by a geometric series, as the ratio of its terms falls: never too small a probability,
and closed in form, so that thousands of facts cost milliseconds. Holm's procedure (Scandinavian Journal of Statistics
6, 1979) then keeps the chance of a single false finding among all facts below the level, whatever they depend on.

How big the difference is at least is told by the lower limit of Newcombe's interval for differences of shares
(Statistics in Medicine 17, 1998, method 10, from Wilson's score intervals): it orders findings, so that 8 of 10 come
after 400 of 500.
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]

Z = 1.96
"""Of a two-sided interval of 95 %."""


def chance(bad: Counts, good: Counts, of_bad: int, of_good: int) -> Shares:
    """Upper bound of the probability that chance alone puts so many carriers of each fact among the bad traces.

    `bad` and `good` are the carriers of each fact, out of `of_bad` and `of_good` traces, neither of them none.
    """
    factorial = _log_factorials(of_bad + of_good)
    carriers, total = bad + good, of_bad + of_good
    logarithm = (
        _log_choose(factorial, of_bad, bad)
        + _log_choose(factorial, of_good, good)
        - _log_choose(factorial, total, carriers)
    )
    # The next term over this one; each later ratio is smaller still.
    ratio = (of_bad - bad) * good / ((bad + 1.0) * (of_good - good + 1.0))
    bound = np.where(ratio < 1, np.exp(logarithm) / np.maximum(1 - ratio, 1e-12), 1.0)
    return np.minimum(bound, 1.0)


def _log_factorials(largest: int) -> Shares:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, largest + 1)))))


def _log_choose(factorial: Shares, total: int | Counts, chosen: Counts) -> Shares:
    result: Shares = factorial[total] - factorial[chosen] - factorial[total - chosen]
    return result


def holm(chances: Shares, tests: int) -> Shares:
    """Chances corrected for the number of tests; those left out of `chances` must not be likelier to be found."""
    order = np.argsort(chances, kind="stable")
    factors = tests - np.arange(len(chances))
    corrected = np.empty(len(chances))
    corrected[order] = np.minimum(np.maximum.accumulate(chances[order] * factors), 1.0)
    return corrected


def least_difference(bad: Counts, good: Counts, of_bad: int, of_good: int) -> Shares:
    """Lower limit of share among bad less share among good."""
    share_bad, share_good = bad / of_bad, good / of_good
    below, above = wilson(share_bad, of_bad)[0], wilson(share_good, of_good)[1]
    return share_bad - share_good - np.sqrt((share_bad - below) ** 2 + (above - share_good) ** 2)


def wilson(share: Shares, number: int) -> tuple[Shares, Shares]:
    """Wilson's score interval of a share that was seen in so many traces."""
    spread = Z * np.sqrt(share * (1 - share) / number + Z**2 / (4 * number**2))
    middle, scale = share + Z**2 / (2 * number), 1 + Z**2 / number
    return (middle - spread) / scale, (middle + spread) / scale
