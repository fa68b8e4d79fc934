"""Search over stacks, resources and pages."""

import pytest
from django.test import Client

from dashboard.access.models import Team
from tests.factories import make_account, make_alert, make_checkout, make_resource, make_stack, make_user


def found(client: Client, words: str) -> dict[str, list[str]]:
    groups = client.get("/search/", {"q": words}).json()["groups"]
    return {group["label"]: [item["label"] for item in group["items"]] for group in groups}


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("checkout", {"Stacks": ["checkout"], "Resources": ["checkout-api"]}),
        ("CHECKOUT API", {"Resources": ["checkout-api"]}),
        ("coll", {"Pages": ["Collectors"]}),
        ("nothing like it", {}),
        ("", {"Pages": ["Overview", "Alerts", "Service map", "Traces", "Digests", "Collectors"]}),
        ("%", {}),
    ],
)
def test_every_word_must_be_in_it(page: Client, words: str, groups: dict[str, list[str]]) -> None:
    make_checkout()
    assert found(page, words) == groups


def test_names_that_begin_with_the_word_come_first(page: Client) -> None:
    stack = make_stack(make_account(), "shop")
    for name in ("an-order", "order-api"):
        make_resource(stack, name)
    assert found(page, "order")["Resources"] == ["order-api", "an-order"]


def test_an_arn_leads_to_its_resource(page: Client) -> None:
    stack = make_stack(make_account(), "shop")
    make_resource(stack, "pay", arn="arn:aws:lambda:eu-west-1:000000000001:function:pay")
    assert found(page, "arn:aws:lambda:eu-west-1:000000000001:function:pay")["Resources"] == ["pay"]


def test_what_others_own_is_not_found(client: Client, now: None, db: None) -> None:
    make_checkout(Team.objects.create(name="Payments"))
    client.force_login(make_user(see_all=False))
    assert found(client, "checkout") == {}


def test_an_item_says_where_it_is(page: Client) -> None:
    make_checkout()
    (group, *_) = page.get("/search/", {"q": "checkout"}).json()["groups"]
    assert group["items"][0]["detail"] == "prod · Shop · eu-west-1"


def test_an_open_alert_is_found_by_its_name_and_by_what_is_wrong(page: Client) -> None:
    alert = make_alert(make_checkout().resources.get())
    groups = {group["label"]: group["items"] for group in page.get("/search/", {"q": "requests fail"}).json()["groups"]}
    assert [(item["label"], item["url"]) for item in groups["Alerts"]] == [("checkout-api", f"/alerts/{alert.pk}/")]
