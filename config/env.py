"""Typed readers for environment variables; a secret may also come from the file that NAME_FILE names."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))


def secret(name: str, default: str | None = None) -> str:
    """Read NAME, or the file named by NAME_FILE.

    Raises ImproperlyConfigured, naming the variable, when neither is set and there is no default.
    """
    path = env.str(f"{name}_FILE", default="")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE points to {path}, which can't be read: {error.strerror}."
            ) from error
    value = env.str(name, default=default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")
    return str(value)


def own_secret(path: Path) -> str:
    """Read the secret that an installation of one machine keeps for itself, and make it (mode 0600) the first time.

    It appears whole or not at all, so that several processes may start at once.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            with suppress(FileExistsError):  # another process was first: its secret counts
                os.link(draft.name, path)
    return path.read_text().strip()
