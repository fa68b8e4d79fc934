"""Looks at a body before botocore does: what was cut off, or is a proxy's page, must not pass for an empty answer."""

from typing import Any

PAGES = (b"<html", b"<!doctype html")


class BodyError(Exception):
    """A body that is not what AWS sent; the text says why."""


def check(response_dict: Any, **_: Any) -> None:
    """Look at one answer; botocore calls this (event before-parse). Raises BodyError.

    Neither botocore nor urllib3 minds a body that is shorter than its header says.
    """
    body, headers = response_dict["body"], response_dict["headers"]
    if response_dict["status_code"] >= 300 or not isinstance(body, bytes):
        return
    if body.lstrip()[:14].lower().startswith(PAGES):
        raise BodyError("it is a web page")
    promised = headers.get("content-length", "")
    if promised.isdecimal() and "content-encoding" not in headers and len(body) < int(promised):
        raise BodyError(f"{int(promised) - len(body):,} bytes of it are missing")
