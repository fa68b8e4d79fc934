"""Admin of accounts, stacks, tag rules and custom metrics."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from dashboard.access.models import Team
from dashboard.inventory.models import Account, CustomMetric, Stack, TagRule
from dashboard.metrics.models import Series
from dashboard.polls.models import Target
from tests.admin.conftest import CANARY, NOON, World, make_resource

ACCOUNTS, STACKS = "/admin/dashboard/account/", "/admin/dashboard/stack/"
RULES, METRICS = "/admin/dashboard/tagrule/", "/admin/dashboard/custommetric/"


def act(desk: Client, url: str, action: str, *chosen: object, **more: object) -> str:
    """Run a bulk action on the chosen rows; returns the page that follows."""
    ids = [getattr(one, "pk", one) for one in chosen]
    return desk.post(url, {"action": action, "_selected_action": ids, **more}, follow=True).content.decode()


def test_pausing_and_resuming_accounts_is_in_the_history(desk: Client, admin: User, world: World) -> None:
    act(desk, ACCOUNTS, "pause", world.account)
    assert Account.objects.get().paused_at is not None
    act(desk, ACCOUNTS, "resume", world.account)
    assert Account.objects.get().paused_at is None
    entries = LogEntry.objects.get_for_object(world.account).filter(actor=admin)
    assert [list(entry.changes_dict) for entry in entries] == [["paused_at"], ["paused_at"]]


def test_an_external_id_is_never_shown(desk: Client, world: World) -> None:
    for url in (ACCOUNTS, f"{ACCOUNTS}{world.account.pk}/change/", f"{ACCOUNTS}{world.account.pk}/history/"):
        assert CANARY not in desk.get(url).content.decode()


def test_an_external_id_is_never_in_the_history(desk: Client, world: World) -> None:
    assert CANARY not in "".join(str(entry.changes) for entry in LogEntry.objects.all())


def test_removing_an_account_says_first_what_goes(desk: Client, world: World) -> None:
    page = desk.get(f"{ACCOUNTS}{world.account.pk}/delete/").content.decode()
    for what in ("2 stacks", "2 resources", "3 series with all their points", "1 tag rules", "1 custom metrics"):
        assert what in page


def test_removing_an_account_takes_everything_of_it(desk: Client, world: World) -> None:
    desk.post(f"{ACCOUNTS}{world.account.pk}/delete/", {"post": "yes"})
    assert not Account.objects.exists()
    assert not Stack.objects.exists()
    assert not Series.objects.exists()


def change_account(desk: Client, world: World, **changed: str) -> object:
    data = {"name": "production", "regions": "eu-central-1", "monthly_cap": "", **changed}
    return desk.post(f"{ACCOUNTS}{world.account.pk}/change/", data)


def test_a_region_that_is_added_is_polled(desk: Client, world: World) -> None:
    change_account(desk, world, regions="eu-central-1\neu-west-1")
    assert "eu-west-1" in set(Target.objects.filter(account=world.account).values_list("region", flat=True))


def test_resuming_makes_due_what_waited(desk: Client, world: World) -> None:
    Target.objects.create(
        account=world.account,
        region="eu-central-1",
        source="inventory",
        every=timedelta(minutes=15),
        due_at=NOON - timedelta(days=1),
    )
    act(desk, ACCOUNTS, "pause", world.account)
    act(desk, ACCOUNTS, "resume", world.account)
    assert Target.objects.get().due_at > NOON - timedelta(days=1)


def test_regions_are_typed_as_lines_or_with_commas(desk: Client, world: World) -> None:
    change_account(desk, world, regions="eu-central-1, us-east-1\nap-southeast-2")
    assert Account.objects.get().regions == ["eu-central-1", "us-east-1", "ap-southeast-2"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("regions", "eu-central-1, Frankfurt", "“Frankfurt” is not of the form eu-central-1."),
        ("regions", "", "This field is required."),
        ("monthly_cap", "-5", "A cap can’t be negative".replace("’", "'")),
        ("monthly_cap", "much", "Enter a number."),
        ("name", "", "This field is required."),
    ],
)
def test_bad_input_for_an_account_is_refused_at_its_field(
    desk: Client, world: World, field: str, value: str, message: str
) -> None:
    answer = change_account(desk, world, **{field: value})
    assert message in " ".join(answer.context["adminform"].form.errors[field])  # type: ignore[attr-defined]


def test_a_new_account_is_connected_by_the_guide(desk: Client) -> None:
    assert desk.get(f"{ACCOUNTS}add/")["Location"] == "/connect/"


def test_stacks_are_given_to_a_team_in_bulk(desk: Client, admin: User, world: World) -> None:
    page = act(desk, STACKS, "assign_team", world.shop, world.mail, team=world.team.pk)
    assert "2 stacks are now assigned to shop team." in page
    assert list(Stack.objects.values_list("team", flat=True)) == [world.team.pk] * 2
    assert LogEntry.objects.get_for_object(world.shop).filter(actor=admin).count() == 1


def test_stacks_are_taken_from_their_team_in_bulk(desk: Client, world: World) -> None:
    Stack.objects.update(team=world.team)
    act(desk, STACKS, "assign_team", world.shop, team="")
    assert Stack.objects.get(pk=world.shop.pk).team is None


def test_a_team_that_is_gone_meanwhile_changes_nothing(desk: Client, world: World) -> None:
    Stack.objects.update(team=world.team)
    gone = Team.objects.create(name="gone")
    key = gone.pk
    gone.delete()
    act(desk, STACKS, "assign_team", world.shop, team=key)
    assert Stack.objects.get(pk=world.shop.pk).team == world.team


def test_resolution_is_set_in_bulk(desk: Client, world: World) -> None:
    act(desk, STACKS, "watch_every_minute", world.shop, world.mail)
    assert set(Stack.objects.values_list("resolution", flat=True)) == {60}


def test_what_was_found_of_a_stack_cannot_be_changed(desk: Client, world: World) -> None:
    data = {"team": "", "resolution": "60", "name": "renamed", "owner": "nobody", "region": "us-east-1"}
    desk.post(f"{STACKS}{world.shop.pk}/change/", data)
    stack = Stack.objects.get(pk=world.shop.pk)
    assert (stack.resolution, stack.name, stack.owner, stack.region) == (60, "shop", "", "eu-central-1")


@pytest.mark.parametrize("model", ["resource", "deploy", "target", "run", "stack", "logentry"])
def test_collected_data_can_neither_be_added_nor_deleted(desk: Client, world: World, model: str) -> None:
    app = "auditlog" if model == "logentry" else "dashboard"
    assert desk.get(f"/admin/{app}/{model}/").status_code == 200
    assert desk.get(f"/admin/{app}/{model}/add/").status_code == 403
    assert "delete_selected" not in desk.get(f"/admin/{app}/{model}/").content.decode()


def rule_with(desk: Client, world: World, tags: str) -> object:
    return desk.post(f"{RULES}add/", {"name": "new", "account": world.account.pk, "tags": tags, "team": ""})


def test_a_tag_rule_is_typed_as_key_value_lines(desk: Client, world: World) -> None:
    rule_with(desk, world, "app=shop\nurl=https://x/?a=b, empty=")
    assert TagRule.objects.get(name="new").tags == {"app": "shop", "url": "https://x/?a=b", "empty": ""}


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ("app", "“app” is not of the form key=value."),
        ("=shop", "“=shop” is not of the form key=value."),
        ("app=a, app=b", "“app” has two values; a resource can carry only one."),
        ("", "This field is required."),
        ("k" * 129 + "=x", "is longer than AWS allows: keys 128, values 256."),
    ],
)
def test_bad_tags_are_refused_and_kept_in_the_field(desk: Client, world: World, tags: str, message: str) -> None:
    answer = rule_with(desk, world, tags)
    form = answer.context["adminform"].form  # type: ignore[attr-defined]
    assert message in " ".join(form.errors["tags"])
    assert form["tags"].value() == tags


def preview(desk: Client, world: World, tags: str) -> dict[str, str]:
    answer: dict[str, str] = desk.get(f"{RULES}preview/", {"account": world.account.pk, "tags": tags}).json()
    return answer


def test_the_preview_counts_resources_by_their_own_and_their_stacks_tags(desk: Client, world: World) -> None:
    assert preview(desk, world, "app=mail, env=prod") == {"text": "1 resource now: sender."}
    assert preview(desk, world, "app=shop") == {"text": "1 resource now: checkout."}


def test_the_preview_names_a_few_of_many(desk: Client, world: World) -> None:
    for number in range(5):
        make_resource(world.mail, f"worker-{number}", app="mail")
    assert preview(desk, world, "app=mail") == {"text": "6 resources now: sender, worker-0, worker-1 and 3 more."}


@pytest.mark.parametrize(
    "key", ["a'b", 'a"b', "a.b", "a__b", "$", "a]b", "aws:cloudformation:stack-name", "%s", "a\\b"]
)
def test_odd_tag_keys_are_matched_literally(desk: Client, world: World, key: str) -> None:
    make_resource(world.mail, "odd", **{key: "1"})
    assert preview(desk, world, f"{key}=1") == {"text": "1 resource now: odd."}


def test_the_preview_says_what_is_wrong(desk: Client, world: World) -> None:
    assert "key=value" in preview(desk, world, "app")["error"]


def metric_with(desk: Client, world: World, **changed: str) -> object:
    data = {
        "account": world.account.pk, "namespace": "Shop/Cart", "name": "Abandoned", "dimension_names": "Region\nShop",
        "statistic": "p99.9", "unit": "count", "stack": "", **changed,
    }  # fmt: skip
    return desk.post(f"{METRICS}add/", data)


def test_a_custom_metric_is_declared(desk: Client, world: World) -> None:
    metric_with(desk, world)
    assert CustomMetric.objects.get(name="Abandoned").dimension_names == ["Region", "Shop"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("namespace", "AWS/Lambda", "belong to AWS services"),
        ("namespace", "Shop Cart!", "letters, digits and"),
        ("statistic", "Median", "CloudWatch has no statistic “Median”."),
        ("statistic", "p101", "CloudWatch has no statistic “p101”."),
        ("unit", "bananas", "Select a valid choice."),
    ],
)
def test_a_bad_custom_metric_is_refused_at_its_field(
    desk: Client, world: World, field: str, value: str, message: str
) -> None:
    answer = metric_with(desk, world, **{field: value})
    assert message in " ".join(answer.context["adminform"].form.errors[field])  # type: ignore[attr-defined]
