"""What polling an account has cost this month, may cost, and will have cost."""

from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet, Sum

from dashboard.inventory.models import Account
from dashboard.polls.models import ApiUsage, Target
from dashboard.polls.months import month_of, project


def cap_of(account: Account) -> Decimal:
    """The most that an account's API calls may cost in a month, USD."""
    return account.monthly_cap if account.monthly_cap is not None else Decimal(settings.MONTHLY_CAP_USD)


def spent(account: Account, now: datetime) -> Decimal:
    """USD spent on API calls of the account in the month of `now`."""
    return spent_by_account(now, account).get(account.pk, Decimal(0))


def spent_by_account(now: datetime, *accounts: Account) -> dict[int, Decimal]:
    """USD spent in the month of `now`, by account row; of all accounts unless some are named."""
    first, after = month_of(now)
    usage = _usage(first, after)
    if accounts:
        usage = usage.filter(account__in=accounts)
    return dict(usage.values_list("account").annotate(cost=Sum("cost")))


def _usage(first: date, after: date) -> QuerySet[ApiUsage]:
    return ApiUsage.objects.filter(day__gte=first, day__lt=after).order_by()


def budget_of(account: Account, now: datetime) -> Decimal:
    """USD left this month under the account's cap; negative when it is passed."""
    return cap_of(account) - spent(account, now)


def projected(account: Account, now: datetime) -> Decimal:
    """USD that the month will have cost at its end, if all targets go on as in their last runs."""
    total = spent(account, now)
    for target in Target.objects.filter(account=account, paused_at=None):
        total = project(total, target.last_cost, target.every, now)
    return total
