"""Command: make the first user, an admin, so that somebody can sign in."""

import secrets
from getpass import getpass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.access.read import anybody_exists
from dashboard.access.roles import ADMIN
from dashboard.access.write import create_user


class Command(BaseCommand):
    help = "Creates the first admin and prints a password for them, once. Does nothing when there is a user already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="admin", help="default: admin")
        parser.add_argument("--ask", action="store_true", help="ask for the password instead of making one")

    def handle(self, *args: Any, username: str, ask: bool, **options: Any) -> None:
        if anybody_exists():
            self.stdout.write(
                "There are users already; nothing was changed. `manage.py changepassword <name>` sets a password."
            )
            return
        password = _ask(username) if ask else secrets.token_urlsafe(15)
        create_user(username, password, ADMIN)
        self.stdout.write(f"Created the admin “{username}”.")
        if not ask:
            self.stdout.write(f"Password (shown this once; change it after signing in): {password}")


def _ask(username: str) -> str:
    """Read a password twice. Raises CommandError when it is weak or differs."""
    password = getpass(f"Password for {username}: ")
    if password != getpass("Again: "):
        raise CommandError("The passwords differ.")
    try:
        validate_password(password, User(username=username))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
