#!/usr/bin/env python
"""Command line entry point."""

import os
import sys

from django.core.management import execute_from_command_line

from dashboard.management.environment import prepare

if __name__ == "__main__":
    prepare(sys.argv[1] if len(sys.argv) > 1 else "")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
