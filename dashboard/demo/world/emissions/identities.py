"""AWS/Cognito."""

from collections.abc import Mapping

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.identity import client_ids, physical_id
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series

_SHARES = {"SignIn": 0.25, "SignUp": 0.01, "TokenRefresh": 0.74}


def emit_pool(pool: Component) -> list[Series]:
    """Attempts and successes by kind, for the pool and each of its clients."""
    series: list[Series] = []
    clients = client_ids(pool)
    for client in clients:
        to = Emitter(pool, "AWS/Cognito", {"UserPool": physical_id(pool), "UserPoolClient": client})
        for kind, share in _SHARES.items():
            _emit_kind(to, pool, kind, share / len(clients))
        _emit_kind(to, pool, "Federation", 0.05 / len(clients), {"IdentityProvider": "Google"})
        series += to.series
    return series


def _emit_kind(to: Emitter, pool: Component, kind: str, share: float, extra: Mapping[str, str] | None = None) -> None:
    def attempts(flow: Flow) -> Floats:
        return flow.served(pool) * share

    to.events(f"{kind}Successes", lambda flow: attempts(flow) * (0.93 if kind == "SignIn" else 0.995), attempts, extra)
    to.events(f"{kind}Throttles", lambda flow: np.zeros(flow.count), attempts, extra)
