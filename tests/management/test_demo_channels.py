"""Whom the demo tells of alerts."""

import pytest

from dashboard.management.demo_channels import create_channel
from dashboard.notify.models import Channel, Route

pytestmark = pytest.mark.django_db


def test_people_on_call_get_what_cannot_wait() -> None:
    create_channel()
    route = Route.objects.get()
    assert route.severities == ["critical", "warning"]
    assert [(one.kind, one.name) for one in route.channels.all()] == [("email", "On call")]


def test_starting_again_adds_nothing() -> None:
    create_channel()
    create_channel()
    assert (Channel.objects.count(), Route.objects.count()) == (1, 1)


def test_what_people_deleted_stays_deleted_while_anything_of_theirs_is_left() -> None:
    Channel.objects.create(kind="webhook", name="Mine", config={})
    create_channel()
    assert [one.name for one in Channel.objects.all()] == ["Mine"]
