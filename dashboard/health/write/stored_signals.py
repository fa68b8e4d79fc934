"""The golden signals of stacks as series of our own."""

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.core.units import Unit
from dashboard.health.signals import ERRORS, LATENCY, SATURATION, TRAFFIC, Speaker, resource_signals, stack_signals
from dashboard.health.write.measured import Measured
from dashboard.inventory.models import Stack
from dashboard.metrics.models import Series
from dashboard.metrics.packing import Values
from dashboard.metrics.write import computed_series

UNITS = {TRAFFIC: Unit.COUNT, ERRORS: Unit.COUNT, LATENCY: Unit.MILLISECONDS, SATURATION: Unit.SHARE}


def speakers_by_stack(measured: Sequence[Measured]) -> dict[int, list[Speaker]]:
    """Each stack's resources with their signals."""
    speakers: dict[int, list[Speaker]] = {}
    for one in measured:
        signals = resource_signals(one.service, one.values)
        speaker = Speaker(one.service.key, one.service.signals.entry, signals, one.resource_id)
        speakers.setdefault(one.stack_id, []).append(speaker)
    return speakers


def signals_by_stack(measured: Sequence[Measured], size: int) -> dict[int, dict[str, Values]]:
    """The four signals of each stack on a grid of `size` times."""
    return {stack_id: stack_signals(several, size) for stack_id, several in speakers_by_stack(measured).items()}


def laid_out(stacks: Mapping[int, Stack], signals: Mapping[int, Mapping[str, Values]]) -> tuple[list[Series], Values]:
    """The series of all signals and their values as [times, series], ready to be stored."""
    series = series_of(stacks)
    chosen = [
        (series[stack_id, name], values)
        for stack_id, by_name in signals.items()
        for name, values in by_name.items()
        if not np.isnan(values).all()
    ]
    if not chosen:
        return [], np.empty((0, 0))
    return [one for one, _ in chosen], np.stack([values for _, values in chosen], axis=1)


def series_of(stacks: Mapping[int, Stack]) -> dict[tuple[int, str], Series]:
    """The four series of each stack, made where they are missing."""
    found = {(one.stack_id or 0, one.metric): one for one in Series.objects.filter(stack_id__in=list(stacks))}
    for stack_id, stack in stacks.items():
        for name, unit in UNITS.items():
            if (stack_id, name) not in found:
                found[stack_id, name] = computed_series(stack, name, unit)
    return found
