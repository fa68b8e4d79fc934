"""A fresh, migrated database for one group of benchmarks, and what it is compared with."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

POSTGRESQL = os.environ.get("BENCH_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def environment(engine: str) -> Iterator[dict[str, str] | None]:
    """Environment variables of a process on a new database of that engine; None when there is no such server."""
    with tempfile.TemporaryDirectory(prefix="stackdeck-bench-") as folder:
        variables = {
            **os.environ,
            "SECRET_KEY": "bench-" + "x" * 50,
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(Path(folder) / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(Path(folder) / "none"),
            "LOG_LEVEL": "WARNING",
        }
        variables.pop("REDIS_URL", None)
        if engine == "sqlite":
            variables["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
            migrate(variables)
            yield variables
            return
        name = f"bench_{uuid.uuid4().hex[:12]}"
        try:
            server = psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=3)
        except psycopg.OperationalError:
            yield None
            return
        with server:
            server.execute(f"CREATE DATABASE {name}".encode())
            try:
                variables["DATABASE_URL"] = f"{POSTGRESQL.rsplit('/', 1)[0]}/{name}"
                migrate(variables)
                yield variables
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def migrate(variables: dict[str, str]) -> None:
    """Create the tables."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], env=variables, check=True, stdout=sys.stderr
    )
