"""Costs summed over all accounts, kept with them: a page over many accounts reads as few rows as one over a single one.

Amounts are whole numbers, so that what is added and taken away again leaves nothing behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from dashboard.inventory.models import Account
from dashboard.spend.amounts import DAYS, Units, pack, unpack
from dashboard.spend.models import CostMonth, CostSum, SummedAccount

Key = tuple[str, str, str, str, int]
"""Pair, first and second value, currency, month."""
Both = tuple[Units, Units]
"""A month of both bases: unblended, amortized."""


def keep_sums(account: Account, changed: Mapping[Key, Both]) -> None:
    """Carry what changed of an account into the sums; within the transaction that changed it.

    An account that is not part of them yet is added whole, and one more that waits, so that paused ones come in too.
    Sums that hold an account which is gone are begun anew; pages read the accounts' rows until all are in.
    """
    # All who write sums wait for the first account's row; its own rows can be written meanwhile.
    Account.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True).first()
    if SummedAccount.objects.filter(account=None).exists():
        CostSum.objects.all().delete()
        SummedAccount.objects.all().delete()
    if SummedAccount.objects.filter(account=account).exists():
        _add(changed)
    else:
        _join(account)
    waiting = Account.objects.filter(Exists(CostMonth.objects.filter(account=OuterRef("pk"))), summed=None).first()
    if waiting:
        _join(waiting)


def _join(account: Account) -> None:
    _add(_all_of(account))
    SummedAccount.objects.create(account=account)


def _all_of(account: Account) -> dict[Key, Both]:
    rows = CostMonth.objects.filter(account=account)
    columns = rows.values_list("pair", "first", "second", "currency", "month", "unblended", "amortized")
    return {tuple(key): (unpack(one), unpack(other)) for *key, one, other in columns.iterator()}  # type: ignore[misc]


def _add(changed: Mapping[Key, Both]) -> None:
    by_place: defaultdict[tuple[str, int], list[Key]] = defaultdict(list)
    for key, both in changed.items():
        if both[0].any() or both[1].any():
            by_place[key[0], key[4]].append(key)
    for (pair, month), keys in by_place.items():
        _write(pair, month, {key: changed[key] for key in keys})


def _write(pair: str, month: int, changed: Mapping[Key, Both]) -> None:
    rows = CostSum.objects.filter(pair=pair, month=month)
    known = {
        (pair, row.first, row.second, row.currency, month): (unpack(row.unblended), unpack(row.amortized))
        for row in rows
    }
    nothing = np.zeros(DAYS, np.int64)
    made = {}
    for key, (unblended, amortized) in changed.items():
        before = known.get(key, (nothing, nothing))
        made[key] = before[0] + unblended, before[1] + amortized
    CostSum.objects.bulk_create(
        [
            CostSum(
                pair=pair, first=first, second=second, currency=currency, month=month,
                unblended=pack(both[0]), amortized=pack(both[1]),
            )
            for (_, first, second, currency, _), both in made.items()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=("pair", "month", "first", "second", "currency"),
        update_fields=("unblended", "amortized"),
    )  # fmt: skip
    _drop(rows, [key for key, both in made.items() if not both[0].any() and not both[1].any()])


def _drop(rows: QuerySet[CostSum], keys: Iterable[Key]) -> None:
    for _, first, second, currency, _ in keys:
        rows.filter(first=first, second=second, currency=currency).delete()
