"""The guide that connects an account, against the simulated AWS."""

import json
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from dashboard.access.write import create_user
from dashboard.aws import sessions
from dashboard.demo.world.blueprints import DATA, PRODUCTION, REGIONS
from dashboard.inventory.models import Account
from dashboard.polls.models import Target
from tests.simulated_aws import SimulatedAws

ROLE = f"arn:aws:iam::{DATA}:role/StackdeckReadOnly"
OPEN_ROLE = f"arn:aws:iam::{DATA}:role/OpenRole"
URL = "/connect/"


@pytest.fixture
def desk(client: Client, db: None, simulated_aws: SimulatedAws) -> Iterator[Client]:
    """An admin in front of the guide; the server's own credentials are those of the first account."""
    client.force_login(create_user("ada", "x", "admin"))
    sessions.forget()
    yield client
    sessions.forget()


def reach(desk: Client, **entered: str) -> object:
    return desk.post(URL, {"do": "reach", "name": "production", "method": "default", **entered})


def external_id_shown(desk: Client) -> str:
    trust = json.loads(desk.get(f"{URL}?step=allow").context["trust"])
    return str(trust["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"])


def test_an_account_is_connected_with_the_servers_own_credentials(desk: Client) -> None:
    reach(desk)
    desk.post(URL, {"do": "test"})
    page = desk.get(URL)
    assert page.context["step"] == "start"
    assert page.context["trial"].account_id == PRODUCTION
    assert set(REGIONS) <= set(page.context["trial"].regions)
    answer = desk.post(URL, {"do": "start", "regions": list(REGIONS)})
    account = Account.objects.get()
    assert answer["Location"] == f"/connect/{account.pk}/"
    assert (account.account_id, account.regions) == (PRODUCTION, list(REGIONS))
    assert set(REGIONS) <= set(Target.objects.values_list("region", flat=True))


def test_an_account_is_connected_by_a_role_with_our_external_id(desk: Client) -> None:
    reach(desk, name="data", method="role", role_arn=ROLE)
    shown = external_id_shown(desk)
    desk.post(URL, {"do": "test"})
    assert desk.get(f"{URL}?step=test").context["trial"].account_id == DATA
    desk.post(URL, {"do": "start", "regions": [REGIONS[0]]})
    assert Account.objects.get().external_id == shown


def test_the_trust_policy_names_the_servers_own_account(desk: Client) -> None:
    reach(desk, method="role", role_arn=ROLE)
    trust = json.loads(desk.get(f"{URL}?step=allow").context["trust"])
    assert trust["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{PRODUCTION}:root"}


def test_an_external_id_cannot_be_entered(desk: Client) -> None:
    reach(desk, method="role", role_arn=ROLE, external_id="mine", external_id_token="mine")
    assert external_id_shown(desk) != "mine"


def test_going_back_keeps_the_external_id_of_a_role_and_another_role_gets_another(desk: Client) -> None:
    reach(desk, method="role", role_arn=ROLE)
    first = external_id_shown(desk)
    reach(desk, name="renamed", method="role", role_arn=ROLE)
    assert external_id_shown(desk) == first
    reach(desk, method="role", role_arn=OPEN_ROLE)
    assert external_id_shown(desk) != first


def test_the_external_id_is_shown_no_more_once_connected(desk: Client) -> None:
    reach(desk, name="data", method="role", role_arn=ROLE)
    shown = external_id_shown(desk)
    desk.post(URL, {"do": "test"})
    desk.post(URL, {"do": "start", "regions": [REGIONS[0]]})
    account = Account.objects.get()
    for url in (URL, f"{URL}?step=allow", f"{URL}{account.pk}/", f"/admin/dashboard/account/{account.pk}/change/"):
        assert shown not in desk.get(url).content.decode()


def test_the_external_id_rests_encrypted_in_session_and_table(desk: Client) -> None:
    reach(desk, name="data", method="role", role_arn=ROLE)
    shown = external_id_shown(desk)
    assert all(shown not in str(session.get_decoded()) for session in Session.objects.all())
    desk.post(URL, {"do": "test"})
    desk.post(URL, {"do": "start", "regions": [REGIONS[0]]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT external_id FROM dashboard_account")
        assert shown not in str(cursor.fetchall())


def test_a_role_that_anybody_can_assume_is_refused_with_an_explanation(desk: Client) -> None:
    reach(desk, method="role", role_arn=OPEN_ROLE)
    desk.post(URL, {"do": "test"})
    page = desk.get(URL)
    assert page.context["step"] == "test"
    assert "without the external id" in page.context["trial"].error["title"]
    assert desk.post(URL, {"do": "start", "regions": [REGIONS[0]]})["Location"] == URL
    assert not Account.objects.exists()


def test_a_role_that_does_not_exist_says_what_to_do_and_loses_nothing(desk: Client) -> None:
    reach(desk, name="data", method="role", role_arn=ROLE + "X")
    desk.post(URL, {"do": "test"})
    page = desk.get(URL)
    assert page.context["trial"].error["todo"]
    form = desk.get(f"{URL}?step=reach").context["form"]
    assert (form["name"].value(), form["role_arn"].value()) == ("data", ROLE + "X")


def test_a_profile_that_does_not_exist_is_an_error_that_says_so(desk: Client) -> None:
    reach(desk, method="profile", profile="nowhere")
    desk.post(URL, {"do": "test"})
    assert "nowhere" in desk.get(URL).content.decode()


def test_missing_permissions_are_named_and_the_rest_goes_on(desk: Client, simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("access_denied", service="lambda", operation="ListFunctions")
    reach(desk)
    desk.post(URL, {"do": "test"})
    page = desk.get(f"{URL}?step=test")
    assert [row["action"] for row in page.context["trial"].missing] == ["lambda:ListFunctions"]
    assert "lambda:ListFunctions" in page.content.decode()
    assert desk.get(URL).context["step"] == "start"


def test_the_cost_is_named_before_it_begins(desk: Client) -> None:
    reach(desk)
    desk.post(URL, {"do": "test"})
    estimate = desk.get(URL).context["estimate"]
    assert float(estimate.amount.removeprefix("up to $").replace(",", "")) > 1
    assert not Target.objects.exists()


def test_an_account_is_not_connected_twice(desk: Client) -> None:
    Account.objects.create(name="old name", account_id=PRODUCTION)
    reach(desk)
    desk.post(URL, {"do": "test"})
    assert "connected already as “old name”" in desk.get(URL).context["trial"].error["title"]


def test_whoever_is_second_to_connect_an_account_is_told(desk: Client) -> None:
    reach(desk)
    desk.post(URL, {"do": "test"})
    Account.objects.create(name="theirs", account_id=PRODUCTION)
    answer = desk.post(URL, {"do": "start", "regions": [REGIONS[0]]}, follow=True)
    assert "meanwhile" in answer.content.decode()
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("entered", "field", "message"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "Taken"}, "name", "There is already an account called “Taken”."),
        ({"method": "role"}, "role_arn", "This field is required."),
        ({"method": "role", "role_arn": "stackdeck"}, "role_arn", "A role ARN looks like"),
        ({"method": "profile"}, "profile", "This field is required."),
        ({"method": "magic"}, "method", "Select a valid choice."),
    ],
)
def test_bad_input_is_refused_at_its_field_and_kept(
    desk: Client, entered: dict[str, str], field: str, message: str
) -> None:
    Account.objects.create(name="taken", account_id="000000000001")
    answer = reach(desk, **entered)
    form = answer.context["form"]  # type: ignore[attr-defined]
    assert message in " ".join(form.errors[field])
    assert form["name"].value() == entered.get("name", "production")


@pytest.mark.parametrize("regions", [[], ["mars-north-1"]])
def test_regions_must_be_some_of_the_accounts(desk: Client, regions: list[str]) -> None:
    reach(desk)
    desk.post(URL, {"do": "test"})
    answer = desk.post(URL, {"do": "start", "regions": regions})
    assert answer.context["form"].errors["regions"]


def test_starting_over_forgets_everything(desk: Client) -> None:
    reach(desk)
    desk.post(URL, {"do": "restart"})
    page = desk.get(URL)
    assert (page.context["step"], page.context["form"]["name"].value()) == ("reach", "")


def test_the_progress_page_says_how_far_collecting_is(desk: Client) -> None:
    reach(desk)
    desk.post(URL, {"do": "test"})
    desk.post(URL, {"do": "start", "regions": [REGIONS[0]]})
    url = f"{URL}{Account.objects.get().pk}/"
    first = desk.get(url).context["progress"]
    assert (first.finished, first.rows[0]["state"]) == (False, "Waiting")
    target = Target.objects.all()[0]
    Target.objects.filter(pk=target.pk).update(last_error="access_denied", last_error_text="No.")
    Target.objects.exclude(pk=target.pk).update(last_success_at=target.due_at)
    last = desk.get(url).context["progress"]
    assert (last.finished, last.failed) == (True, 1)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_connecting_is_for_admins(client: Client, db: None, role: str) -> None:
    client.force_login(create_user("olga", "x", role))
    answer = client.post(URL, {"do": "reach", "name": "x", "method": "default"})
    assert answer.status_code == 403
    assert "role admin" in answer.content.decode()
