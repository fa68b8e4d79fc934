"""Tells an outside watchdog that the product lives: whoever gets no ping knows that it does not."""

from dashboard.notify.addresses import reach_of
from dashboard.notify.send.http import Answer, request


def ping(url: str, problems: list[str]) -> Answer:
    """Ask the URL, or with problems its /fail, and send them along. Raises HttpError.

    The operator's own environment names the URL, so it may lead anywhere.
    """
    address = f"{url.rstrip('/')}/fail" if problems else url
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return request("POST", address, "\n".join(problems).encode(), headers, reach_of(["0.0.0.0/0", "::/0"]))
