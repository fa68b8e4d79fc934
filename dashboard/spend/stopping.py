"""The AWS CLI command that stops what a resource costs; it is shown, and never run by us."""

import shlex
from collections.abc import Mapping
from typing import Any

from dashboard.catalog.shape import Service


def stop_command(service: Service, places: Mapping[str, Any]) -> str:
    """The command with this resource's names, each quoted for a shell; blank where no single command stops it.

    `places`: name, region, physical_id, arn and facts by label.
    """
    if not service.billing.stop:
        return ""
    physical_id = str(places["physical_id"])
    parent, _, last = physical_id.partition("/")
    facts: Mapping[str, Any] = places.get("facts", {})
    values = {
        "name": places["name"],
        "region": places["region"],
        "physical_id": physical_id,
        "arn": places.get("arn", ""),
        "parent_id": parent,
        "last_part": last,
        "bus": facts.get("Bus", "default"),
        "nothing": "{}",
    }
    return service.billing.stop.format_map({name: shlex.quote(str(value)) for name, value in values.items()})
