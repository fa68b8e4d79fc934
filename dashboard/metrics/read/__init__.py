"""Points read back: charts, totals, the last minutes of many series. Few queries, whatever the number of series."""

from dashboard.metrics.line import Line
from dashboard.metrics.read.charts import Total, draw, lines, totals
from dashboard.metrics.read.counts import Counts, counts
from dashboard.metrics.read.past import weeks_before
from dashboard.metrics.read.places import Place
from dashboard.metrics.read.recent import Recent, recent, tables

__all__ = [
    "Counts",
    "Line",
    "Place",
    "Recent",
    "Total",
    "counts",
    "draw",
    "lines",
    "recent",
    "tables",
    "totals",
    "weeks_before",
]
