import json
import os
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from dashboard.demo.handlers import HANDLERS
from tests.demo.reads import minute_before, points, query
from tests.simulated_aws import SimulatedAws


def test_many_callers_at_once_get_the_same_answer(simulated_aws: SimulatedAws) -> None:
    client, end = simulated_aws.client("cloudwatch"), minute_before(simulated_aws, 20, align=300)
    wanted = query("AWS/Lambda/Duration", "p95", FunctionName="checkout-create-order")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: points(client, wanted, end - timedelta(hours=6), end), range(24)))

    assert len(answers[0]) == 72
    assert all(answer == answers[0] for answer in answers)


def test_an_answer_that_does_not_fit_the_model_is_a_loud_error(
    simulated_aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setitem(HANDLERS, ("lambda", "ListFunctions"), lambda asked: {"Funktions": []})

    with pytest.raises(simulated_aws.client("lambda").exceptions.ClientError, match="Funktions is unknown"):
        simulated_aws.client("lambda").list_functions()


@pytest.mark.processes
def test_the_command_says_ready_and_where(tmp_path: object) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "SECRET_KEY": "only-here"}
    command = [sys.executable, "manage.py", "simulate_aws", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            said, url = process.stdout.readline().split()
            with urllib.request.urlopen(f"{url}/_simulator/state") as response:
                accounts = json.load(response)["accounts"]
        finally:
            process.terminate()

    assert said == "ready"
    assert len(accounts) == 2
