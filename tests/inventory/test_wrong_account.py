"""Credentials that have come to lead elsewhere must not empty the account that they were meant for."""

import pytest

from dashboard.aws import AwsError, ErrorKind, sessions
from dashboard.inventory.models import Resource, Stack
from tests.inventory.conftest import Round
from tests.simulated_aws import DATA, DATA_KEY


def test_credentials_of_another_account_change_nothing(look: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    resources = set(Resource.objects.values_list("pk", "gone_at"))
    stacks = set(Stack.objects.values_list("pk", "gone_at"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", DATA_KEY)
    sessions.forget()
    with pytest.raises(AwsError) as caught:
        look()
    assert caught.value.kind == ErrorKind.CREDENTIALS
    assert DATA in caught.value.message
    assert set(Resource.objects.values_list("pk", "gone_at")) == resources
    assert set(Stack.objects.values_list("pk", "gone_at")) == stacks
