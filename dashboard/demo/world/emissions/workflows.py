"""AWS/States."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.identity import arn
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_machine(machine: Component) -> list[Series]:
    """Executions by outcome, and their time."""
    to = Emitter(machine, "AWS/States", {"StateMachineArn": arn(machine)})

    def started(flow: Flow) -> Floats:
        return flow.served(machine)

    to.events("ExecutionsStarted", started, started)
    to.events("ExecutionsSucceeded", lambda flow: started(flow) * (1 - flow.fault_share(machine)), started)
    to.events("ExecutionsFailed", lambda flow: started(flow) * flow.fault_share(machine), started)
    for outcome in ("ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"):
        to.events(outcome, lambda flow: np.zeros(flow.count), started)
    to.times("ExecutionTime", started, lambda flow: flow.time(machine))
    return to.series
