"""The dictionary of facts: known ones found, new ones added, old ones dropped; bounded per key."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Count

from dashboard.traces.facts import OTHER, Fact
from dashboard.traces.models import TraceFact

MOST_VALUES = 2000
"""Different values of a key of one account; further ones are all called OTHER until old ones have gone."""
MORE_VALUES = {"user": 20_000}
"""Of these keys there are more: people are searched for by name."""
MOST_KEYS = 300
"""Different keys of one account; facts with further ones are not kept."""
AT_ONCE = 400
"""Values in one question, and rows in one statement."""


def fact_ids(account_id: int, wanted: Collection[Fact], day: date) -> dict[Fact, int]:
    """Ids of facts that are true of traces of a day, added where they are new. Facts beyond MOST_KEYS have none."""
    known = _stored(account_id, wanted)
    new = [fact for fact in sorted(wanted) if fact not in known]
    if new:
        taken = _taken(account_id)
        stand_ins = {fact: stand_in for fact in new if (stand_in := _admitted(fact, taken))}
        fresh = set(stand_ins.values())
        rows = [TraceFact(account_id=account_id, key=key, value=value, seen_on=day) for key, value in sorted(fresh)]
        TraceFact.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
        added = _stored(account_id, fresh)
        known |= {fact: added[stand_in] for fact, stand_in in stand_ins.items()}
    _touch(known.values(), day)
    return known


def _stored(account_id: int, wanted: Collection[Fact]) -> dict[Fact, int]:
    """Ids of those that are there."""
    found: dict[Fact, int] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        keys, values = zip(*some, strict=True)
        rows = TraceFact.objects.filter(account_id=account_id, key__in=set(keys), value__in=set(values))
        found |= {(key, value): pk for pk, key, value in rows.values_list("pk", "key", "value")}
    asked = set(wanted)  # by keys and values apart, which finds a few too many
    return {fact: pk for fact, pk in found.items() if fact in asked}


def _taken(account_id: int) -> Counter[str]:
    """Number of values by key."""
    rows = TraceFact.objects.filter(account_id=account_id).values_list("key").annotate(Count("pk")).order_by()
    return Counter(dict(rows))


def _admitted(fact: Fact, taken: Counter[str]) -> Fact | None:
    """The fact itself, what stands for it, or nothing; counts what is taken."""
    key, _ = fact
    if key not in taken and len(taken) >= MOST_KEYS:
        return None
    if taken[key] >= MORE_VALUES.get(key, MOST_VALUES):
        return key, OTHER
    taken[key] += 1
    return fact


def _touch(ids: Iterable[int], day: date) -> None:
    """Note that they were seen; of most it is known already."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        TraceFact.objects.filter(pk__in=ordered[start : start + AT_ONCE], seen_on__lt=day).update(seen_on=day)


def expire_facts(day: date, keep: timedelta) -> int:
    """Drop facts that no stored trace has any more."""
    return TraceFact.objects.filter(seen_on__lt=day - keep - timedelta(days=1)).delete()[0]
