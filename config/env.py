"""Typed readers for environment variables; a secret may also come from the file that NAME_FILE names."""

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
