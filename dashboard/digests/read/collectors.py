"""Times in which collectors were blind."""

from collections import Counter, defaultdict

from django.db.models import Q

from dashboard.digests.content import BlindItem, BlindNews
from dashboard.digests.read.selection import Selection, address
from dashboard.polls.models import Outage
from dashboard.polls.read.collectors import visible_targets


def blind_news(about: Selection) -> BlindNews:
    """Outages that overlap the period; two queries."""
    targets = visible_targets(about.scope)
    if not about.whole or about.plan.accounts:
        accounts = {stack.account_id for stack in about.stacks.values()} | about.plan.accounts
        targets = targets.filter(account__in=accounts)
    known = list(targets.values_list("account_id", "failures", "last_error_text"))
    ended = Q(ended_at=None) | Q(ended_at__gte=about.window.start)
    rows = Outage.objects.filter(
        ended, account__in={account_id for account_id, _, _ in known}, began_at__lt=about.window.end
    ).select_related("account")
    reasons = _reasons(known)
    items = [_item(row, reasons.get(row.account_id, ""), about) for row in rows]
    return BlindNews(
        blind=sorted(items, key=lambda one: (one.ended_at is not None, one.began_at)),
        collectors=len(known),
        href=address("collectors"),
    )


def _reasons(known: list[tuple[int, int, str]]) -> dict[int, str]:
    """Why an account's collectors fail now: the commonest of their errors."""
    texts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for account_id, failures, text in known:
        if failures and text:
            texts[account_id][text] += 1
    return {account_id: found.most_common(1)[0][0] for account_id, found in texts.items()}


def _item(row: Outage, reason: str, about: Selection) -> BlindItem:
    over = row.ended_at if row.ended_at and row.ended_at < about.window.end else None
    return BlindItem(
        account=row.account.name,
        parts=[str(part) for part in row.parts],
        began_at=row.began_at,
        ended_at=over,
        reason="" if row.ended_at else reason,
    )
