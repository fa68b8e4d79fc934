"""A text column that is encrypted at rest with the newest of ENCRYPTION_KEYS, and readable with any of them."""

import os
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models


class EncryptedTextField(models.TextField):
    """Text whose column holds a Fernet token; blank stays blank. It can't be searched; serializers see the token."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        text = super().get_prep_value(value)
        return encrypt(text) if text else text

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        """Decrypt on the way back."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse comparisons: the same text never encrypts to the same token twice."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and can't be compared in a query.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        """Keep plain secrets out of dumpdata."""
        return encrypt(str(self.value_from_object(obj) or ""))


def encrypt(text: str) -> str:
    """Encrypt with the newest key. Raises ImproperlyConfigured when there is none."""
    return _cipher(_keys()).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt with whichever key fits. Raises ImproperlyConfigured, with the remedy, when none does."""
    try:
        return _cipher(_keys()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "A stored secret can't be read with any of ENCRYPTION_KEYS. Put the key that wrote it back into the list."
        ) from error


def is_key(text: str) -> bool:
    """Whether a text can serve as one of ENCRYPTION_KEYS."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def key_from_file(path: Path) -> str:
    """Read the key that an installation of one machine keeps for itself, and make it (mode 0600) the first time.

    It appears whole or not at all, so that several processes may start at once.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name) as draft:
            draft.write(Fernet.generate_key())
            draft.flush()
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(draft.name, path)
    return path.read_text().strip()


def _keys() -> tuple[str, ...]:
    if settings.ENCRYPTION_KEYS:
        return tuple(settings.ENCRYPTION_KEYS)
    if settings.ENCRYPTION_KEY_FILE:
        return (key_from_file(settings.ENCRYPTION_KEY_FILE),)
    raise ImproperlyConfigured("Set ENCRYPTION_KEYS (see docs/configuration.md) before a secret is stored.")


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
