"""Metrics that we compute ourselves: zeros that CloudWatch leaves out, and the catalogue's derived metrics."""

from collections.abc import Mapping

import numpy as np

from dashboard.catalog.ratios import PERIOD
from dashboard.catalog.shape import Derived, Limits, Service
from dashboard.metrics.line import Line
from dashboard.metrics.packing import Values


def complete(service: Service, values: Mapping[str, Values]) -> dict[str, Values]:
    """Write zeros where a metric that is only emitted when it isn't zero is missing while its siblings speak.

    `values` are arrays of one length by metric key. A resource of which nothing came at an instant stays unknown.
    """
    known = {metric.key: metric for metric in service.metrics}
    speaking = [array for key, array in values.items() if key in known and not known[key].absent_is_zero]
    if not speaking:
        return dict(values)
    spoke = ~np.isnan(np.stack(speaking)).all(axis=0)
    completed = dict(values)
    for metric in service.metrics:
        if metric.absent_is_zero and metric.period is None:
            seen = values.get(metric.key, np.full(spoke.shape, np.nan))
            completed[metric.key] = np.where(np.isnan(seen) & spoke, 0.0, seen)
    return completed


def derive_values(service: Service, limits: Limits, values: Mapping[str, Values]) -> dict[str, Values]:
    """Compute the derived metrics whose inputs and limits are there; `values` as for `complete`, zeros included.

    Rates need the seconds between points among the limits, as `PERIOD`.
    """
    derived: dict[str, Values] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for one in service.derived:
            if _computable(one, limits, {**values, **derived}):
                found = one.compute({key: ({**values, **derived})[key] for key in one.needs}, limits)
                derived[one.key] = np.where(np.isfinite(found), found, np.nan)
    return derived


def _computable(one: Derived, limits: Limits, values: Mapping[str, Values]) -> bool:
    return all(key in values for key in one.needs) and all(limits.get(name) is not None for name in one.limits)


def derive(service: Service, limits: Limits, lines: Mapping[str, Line]) -> dict[str, Line]:
    """All lines of one resource by metric key: its own with zeros written in, and the derived metrics.

    Lines on another grid than most stay as they are and derive nothing. Lines must not be thinned out: a share of
    extremes is no share.
    """
    if not lines:
        return {}
    grids = {key: (line.start, line.step, len(line.values), line.period) for key, line in lines.items()}
    common = max(set(grids.values()), key=list(grids.values()).count)
    start, step, _, period = common
    whole = complete(service, {key: line.values for key, line in lines.items() if grids[key] == common})
    derived = derive_values(service, {**limits, PERIOD: period}, whole)
    return {**lines, **{key: Line(start, step, array, period) for key, array in {**whole, **derived}.items()}}
