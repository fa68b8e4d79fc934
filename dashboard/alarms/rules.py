"""Composite alarms: which alarms their rule names, and in which stack they all lie."""

import re
from collections.abc import Mapping, Sequence

NAMED = re.compile(r"""\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']+?))\s*\)""")
"""CloudWatch User Guide, 'Create a composite alarm': a state's function around a name or an ARN, quoted or not."""
AT_LEAST = re.compile(r"""\bAT_LEAST\s*\([^,]+,[^,]+,\s*\(((?:"[^"]*"|'[^']*'|[^)"'])*)\)\s*\)""")
"""The same page: AT_LEAST(2, ALARM, (one, "two"))."""
LISTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,"']+?))\s*(?:,|$)""")
ARN = re.compile(r"arn:[^:]*:cloudwatch:([^:]*):([^:]*):alarm:(.*)", re.DOTALL)


def named_in(rule: str, account_id: str, region: str) -> list[str]:
    """Names of this account's and region's alarms in a rule, each once; alarms elsewhere are left out."""
    lists = [listed[1] for listed in AT_LEAST.finditer(rule)]
    found = [*NAMED.finditer(rule), *(one for text in lists for one in LISTED.finditer(text))]
    texts = [next(part for part in one.groups() if part is not None) for one in found]
    return list(dict.fromkeys(name for text in texts if (name := _name(text, account_id, region))))


def _name(text: str, account_id: str, region: str) -> str:
    """The name that a text of a rule means; blank for an alarm elsewhere."""
    found = ARN.fullmatch(text)
    if found is None:
        return text
    return found[3] if (found[1], found[2]) == (region, account_id) else ""


def shared_stacks(children: Mapping[str, Sequence[str]], stacks: Mapping[str, int | None]) -> dict[str, int | None]:
    """The stack of each composite alarm: the one that all its parts share, down through composites in composites.

    `children` are names in each composite alarm's rule, `stacks` the stack of each metric alarm; names that are
    neither do not exist, and don't count. None where parts lie in several stacks or in none.
    """
    found = dict(stacks)
    for name in children:
        _settle(name, children, found, frozenset())
    return {name: found[name] for name in children}


def _settle(
    name: str, children: Mapping[str, Sequence[str]], found: dict[str, int | None], above: frozenset[str]
) -> int | None:
    """Note the stack of one alarm; one that contains itself has none."""
    if name not in found and name not in above:
        parts = [one for one in children[name] if one in children or one in found]
        each = {_settle(one, children, found, above | {name}) for one in parts}
        found[name] = each.pop() if len(each) == 1 else None
    return found.get(name)
