"""The simulator's own interface under /_simulator/: faults, clock, state; for tests, from this machine only."""

import ipaddress
import json
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from dashboard.demo.world.blueprints import ACCOUNT_NAMES, REGIONS

if TYPE_CHECKING:
    from dashboard.demo.simulator import Simulator


def control(simulator: "Simulator", environ: dict[str, Any]) -> Response:
    """Answer one request to the simulator itself."""
    request = Request(environ)
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        return _json({"error": "Only from this machine."}, 403)
    parts = request.path.removeprefix("/_simulator/").strip("/").split("/")
    known = {"faults": _faults, "clock": _clock, "state": _state, "calls": _calls, "reset": _reset}
    handler = known.get(parts[0])
    if handler is None:
        return _json({"error": f"Known: {', '.join(sorted(known))}."}, 404)
    try:
        return handler(simulator, request, parts[1:])
    except (ValueError, TypeError, KeyError) as error:
        return _json({"error": str(error)}, 400)


def _faults(simulator: "Simulator", request: Request, rest: list[str]) -> Response:
    if request.method == "POST":
        return _json({"id": simulator.faults.add(json.loads(request.get_data())).id}, 201)
    if request.method == "DELETE":
        return _json({"removed": simulator.faults.remove(rest[0] if rest else "")})
    return _json({"faults": simulator.faults.listed()})


def _clock(simulator: "Simulator", request: Request, rest: list[str]) -> Response:
    if request.method == "POST":
        simulator.clock.offset = float(json.loads(request.get_data())["offset_seconds"])
    return _json({"now": simulator.clock.now(), "offset_seconds": simulator.clock.offset})


def _state(simulator: "Simulator", request: Request, rest: list[str]) -> Response:
    world = simulator.world
    incidents = [
        {
            "key": incident.key,
            "title": incident.title,
            "component": incident.component,
            "started_at": (world.origin - incident.minutes_ago) * 60,
        }
        for incident in world.plan.incidents
    ]
    return _json(
        {
            "now": simulator.clock.now(),
            "origin": world.origin * 60,
            "seed": world.seed,
            "accounts": ACCOUNT_NAMES,
            "regions": REGIONS,
            "incidents": incidents,
        }
    )


def _calls(simulator: "Simulator", request: Request, rest: list[str]) -> Response:
    if request.method == "DELETE":
        simulator.calls.clear()
    return _json({"calls": dict(simulator.calls)})


def _reset(simulator: "Simulator", request: Request, rest: list[str]) -> Response:
    simulator.faults.remove()
    simulator.roles.forget()
    simulator.calls.clear()
    simulator.mailbox.clear()
    simulator.clock.offset = 0.0
    return _json({"reset": True})


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")
