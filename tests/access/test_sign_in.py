"""The door: signing in and out, and how guessing is slowed down without locking the owner out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from tests.access.conftest import PASSWORD

Knock = Callable[..., int]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
IN, WRONG, REFUSED = 302, 200, 429


def addresses(count: int) -> list[str]:
    return [f"198.51.100.{number}" for number in range(1, count + 1)]


def test_the_right_password_leads_to_the_overview(owner: User, client: Client) -> None:
    answer = client.post("/sign-in/", {"username": "olga", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_page_asks_to_sign_in_and_comes_back(owner: User, client: Client) -> None:
    answer = client.get("/preferences/")
    assert answer["Location"] == "/sign-in/?next=/preferences/"
    answer = client.post(answer["Location"], {"username": "olga", "password": PASSWORD})
    assert answer["Location"] == "/preferences/"


def test_the_session_key_changes_at_sign_in(owner: User, client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""
    client.post("/sign-in/", {"username": "olga", "password": PASSWORD})
    assert client.session.session_key not in {None, before}


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "////evil.example",
        "http:evil.example",
        "http:///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "ftp://evil.example",
        "http://testserver@evil.example",
        "http://testserver.evil.example",
        "https:\\\\evil.example",
        " //evil.example",
        "\t//evil.example",
        "\x00//evil.example",
        "http://[::1/",
        "//127.0.0.1.evil.example",
        "",
    ],
)
def test_after_sign_in_nobody_is_sent_to_another_host(owner: User, client: Client, target: str) -> None:
    answer = client.post("/sign-in/", {"username": "olga", "password": PASSWORD, "next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(owner: User, client: Client) -> None:
    pages = [
        client.post("/sign-in/", {"username": name, "password": "wrong"}).content.decode()
        for name in ("olga", "nobody")
    ]
    errors = [page.replace("olga", "").replace("nobody", "") for page in pages]
    assert errors[0].count("Please enter a correct username") == errors[1].count("Please enter a correct username") == 1


def test_the_fifth_failure_of_one_address_locks_it_out(owner: User, knock: Knock) -> None:
    assert [knock() for _ in range(6)] == [WRONG] * 4 + [REFUSED] * 2
    assert knock(PASSWORD) == REFUSED


def test_the_refusal_says_how_long_to_wait(owner: User, client: Client, knock: Knock) -> None:
    for _ in range(4):
        knock()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=False):
        answer = client.post("/sign-in/", {"username": "olga", "password": "wrong"}, REMOTE_ADDR="203.0.113.1")
    assert answer.status_code == REFUSED
    assert int(answer["Retry-After"]) == pytest.approx(15 * 60, abs=2)
    assert "15 minutes" in answer.content.decode()


def test_a_lock_of_one_address_leaves_the_others_alone(owner: User, knock: Knock) -> None:
    for _ in range(6):
        knock()
    assert knock(PASSWORD, address="203.0.113.99") == IN


def test_the_lock_ends_by_itself(owner: User, knock: Knock) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(6):
            knock()
        clock.shift(timedelta(minutes=16))
        assert knock(PASSWORD) == IN


def test_sixty_addresses_get_ten_guesses_at_once_and_then_one_per_wait(owner: User, knock: Knock) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = [knock(address=address) for address in addresses(60)]
    assert (answers.count(WRONG), answers.count(REFUSED)) == (10, 50)


def test_sixty_addresses_over_an_hour_get_few_guesses(owner: User, knock: Knock) -> None:
    looked_at = 0
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(60):
            looked_at += sum(knock(address=address) == WRONG for address in addresses(6))
            clock.shift(timedelta(minutes=1))
    assert looked_at < 40


def test_the_owner_at_a_known_address_gets_in_while_sixty_addresses_guess(owner: User, knock: Knock) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert knock(PASSWORD, address="192.0.2.7") == IN
        clock.shift(timedelta(days=1))
        for address in addresses(60):
            knock(address=address)
        assert knock(PASSWORD, address="192.0.2.7") == IN


def test_the_owner_at_a_new_address_waits_at_most_five_minutes(owner: User, knock: Knock) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(30):
            for address in addresses(3):
                knock(address=address)
            clock.shift(timedelta(minutes=5))
        assert knock(PASSWORD, address="192.0.2.8") == IN


def test_success_of_the_owner_gives_a_guesser_nothing_back(owner: User, knock: Knock) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for address in addresses(10):
            knock(address=address)
        clock.shift(timedelta(minutes=5))
        assert knock(PASSWORD, address="192.0.2.8") == IN
        assert knock(address="198.51.100.60") == REFUSED


def test_guessing_one_name_does_not_slow_down_another(owner: User, knock: Knock) -> None:
    with time_machine.travel(NOON, tick=False):
        for address in addresses(20):
            knock(address=address, username="somebody-else")
        assert knock(PASSWORD, address="192.0.2.8") == IN


def test_a_forged_forwarded_address_counts_for_nothing_without_a_proxy(owner: User, client: Client) -> None:
    answers = [
        client.post(
            "/sign-in/", {"username": "olga", "password": "wrong"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        ).status_code
        for number in range(6)
    ]
    assert answers[-1] == REFUSED


def test_behind_a_proxy_only_what_it_appended_counts(owner: User, client: Client, settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    answers = [
        client.post(
            "/sign-in/",
            {"username": "olga", "password": "wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}, 203.0.113.5"},
        ).status_code
        for number in range(6)
    ]
    assert answers[-1] == REFUSED


def test_signing_out_needs_a_post(owner: User, client: Client) -> None:
    client.force_login(owner)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/preferences/").status_code == 302


def test_signing_in_without_the_token_is_refused(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/", {"username": "olga", "password": PASSWORD}).status_code == 403


def test_the_admin_has_no_door_of_its_own(owner: User, client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/admin/")


def test_without_users_the_page_says_how_to_make_the_first(db: None, client: Client) -> None:
    assert "create_first_admin" in client.get("/sign-in/").content.decode()


def test_with_users_the_page_says_nothing_of_the_first(owner: User, client: Client) -> None:
    assert "create_first_admin" not in client.get("/sign-in/").content.decode()


def test_the_first_admin_gets_a_password_that_works(
    db: None, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_first_admin", username="ada")
    password = capsys.readouterr().out.strip().rpartition(" ")[2]
    assert client.login(username="ada", password=password)
    assert User.objects.get(username="ada").is_staff


def test_a_second_first_admin_is_not_made(owner: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_first_admin", username="ada")
    assert not User.objects.filter(username="ada").exists()
    assert "nothing was changed" in capsys.readouterr().out


def test_changing_the_password_keeps_this_session_and_ends_the_others(owner: User, client: Client) -> None:
    client.force_login(owner)
    elsewhere = Client()
    elsewhere.force_login(owner)
    new = "another-long-password"
    answer = client.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert answer["Location"] == "/preferences/"
    assert client.get("/preferences/").status_code == 200
    assert elsewhere.get("/preferences/").status_code == 302
