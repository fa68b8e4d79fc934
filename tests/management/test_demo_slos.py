"""What the demo's company promises."""

import pytest

from dashboard.management.demo_slos import AVAILABLE, promise
from dashboard.slos.models import Slo
from dashboard.thresholds.models import TraceRule
from tests.factories import make_account, make_stack

pytestmark = pytest.mark.django_db


def test_nothing_is_promised_before_every_stack_is_found() -> None:
    make_stack(make_account(), "checkout-prod")
    promise()
    assert not Slo.objects.exists()


def test_what_is_promised_once_stays_as_people_change_it() -> None:
    account = make_account()
    for name in AVAILABLE:
        make_stack(account, name)
    promise()
    Slo.objects.exclude(name="checkout-prod latency").delete()
    promise()
    assert Slo.objects.get().kind == "latency"
    assert TraceRule.objects.count() == 1
