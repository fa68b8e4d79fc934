"""Admin of traces: X-Ray's groups are looked at, and ticked."""

import pytest
from django.test import Client

from dashboard.traces.models import TraceGroup
from tests.admin.conftest import World

LIST = "/admin/dashboard/tracegroup/"


@pytest.fixture
def group(world: World) -> TraceGroup:
    return TraceGroup.objects.create(
        account=world.account,
        region="eu-central-1",
        name="checkout",
        arn="arn:aws:xray:eu-central-1:111122223333:group/checkout/A",
        filter_expression='service("checkout") AND annotation.note = "<b>loud</b>"',
    )


def save(desk: Client, group: TraceGroup, **ticked: str) -> None:
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(group.pk), "_save": "Save"}
    assert desk.post(LIST, rows | ticked).status_code == 302
    group.refresh_from_db()


def test_a_group_is_ticked_in_the_list(desk: Client, group: TraceGroup) -> None:
    save(desk, group, **{"form-0-collected": "on"})
    assert group.collected
    save(desk, group)
    assert not group.collected


def test_what_x_ray_says_is_shown_and_can_not_be_changed(desk: Client, group: TraceGroup) -> None:
    html = desk.get(LIST).content.decode()
    assert "&lt;b&gt;loud&lt;/b&gt;" in html
    desk.post(f"{LIST}{group.pk}/change/", {"name": "other", "collected": "on"})
    group.refresh_from_db()
    assert (group.name, group.collected) == ("checkout", True)


def test_groups_are_neither_added_nor_deleted(desk: Client, group: TraceGroup) -> None:
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{group.pk}/delete/", {"post": "yes"}).status_code == 403
