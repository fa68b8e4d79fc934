"""The environment that commands start in: the user's own, or for the demo one that can't touch anything real."""

import os
from collections.abc import Mapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# What a child process needs of the user's environment to work at all; credentials are not among it.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONUNBUFFERED")
KEPT_FOR_DEMO = (*KEPT, "PORT", "AWS_PORT", "MAIL_PORT", "VAR_DIR", "LOG_LEVEL")
FIRST_PORT = 8000


def prepare(command: str) -> None:
    """Set this process's environment for the command, before settings are read."""
    if command == "demo":
        environment = demo_environment(os.environ)
        os.environ.clear()
        os.environ.update(environment)


def demo_environment(given: Mapping[str, str]) -> dict[str, str]:
    """An environment of its own: own folder, own keys, SQLite, no Redis, a simulated AWS, mail that is caught.

    Creates the folder and an empty AWS configuration file on first use.
    """
    environment = {name: given[name] for name in KEPT_FOR_DEMO if name in given}
    port = int(environment.setdefault("PORT", str(FIRST_PORT)))
    aws_port = int(environment.setdefault("AWS_PORT", str(port + 1)))
    mail_port = int(environment.setdefault("MAIL_PORT", str(port + 2)))
    var_dir = Path(environment.get("VAR_DIR") or BASE_DIR / "var" / "demo").resolve()
    var_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    nothing = var_dir / "empty"
    nothing.touch()
    environment |= {
        "VAR_DIR": str(var_dir),
        "ENV_FILE": str(nothing),
        "STATIC_ROOT": str(var_dir / "static"),
        "DATABASE_URL": f"sqlite:///{var_dir / 'stackdeck.sqlite3'}",
        "REDIS_URL": "",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "PYTHONUNBUFFERED": "1",
    }
    return environment | simulated_aws(f"http://127.0.0.1:{aws_port}", nothing)


def simulated_aws(endpoint: str, empty_file: Path) -> dict[str, str]:
    """Variables that make botocore talk to `endpoint` alone, with keys that are worth nothing."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "AKIASIMULATED0000000",
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": str(empty_file),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty_file),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
