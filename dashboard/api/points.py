"""Series and their points, for charts and scripts: stored metrics, stacks' golden signals and derived metrics."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from dashboard.access.roles import scope_of
from dashboard.api.lines import Drawn, draw, write_csv
from dashboard.api.selection import Selection, label_of, select_lines
from dashboard.catalog import all_services
from dashboard.catalog.ratios import PERIOD
from dashboard.core.windows import Window
from dashboard.inventory.models import Resource, Stack
from dashboard.metrics.models import Series

router = Router(tags=["Points"])
LONGEST = timedelta(days=457)
Epoch = Annotated[int, Field(ge=0, le=99_999_999_999)]
JSON_NUMPY = orjson.OPT_SERIALIZE_NUMPY


class SeriesFilter(Schema):
    """Whose series are wanted: exactly one of the two."""

    resource: int | None = None
    stack: int | None = None


class SeriesOut(Schema):
    """One line that can be asked for."""

    id: Annotated[str, Field(description="For /points?series=")]
    metric: str
    label: str
    unit: str
    statistic: str
    period: Annotated[int | None, Field(description="Seconds between points; null for derived ones.")]
    derived: bool
    newest_at: Annotated[int | None, Field(description="Seconds since 1970 of the newest point of its batch.")]


class PointsQuery(Schema):
    """Lines by id, or by resource or stack and metrics; from and to in seconds since 1970."""

    series: Annotated[str, Field(description="Ids with commas between: 17,r12.error_rate,s3.traffic")] = ""
    resource: Annotated[int | None, Field(description="With metrics: a resource.")] = None
    stack: Annotated[int | None, Field(description="With metrics: a stack.")] = None
    metrics: Annotated[str, Field(description="Keys with commas between: errors,error_rate")] = ""
    start: Annotated[Epoch, Field(alias="from")]
    to: Epoch
    points: Annotated[int, Field(ge=2, le=5000, description="At most so many points a line; spikes are kept.")] = 500
    shift: Annotated[
        int, Field(ge=0, le=40_000_000, description="Answer for so many seconds earlier, on this time axis.")
    ] = 0

    def ids(self) -> list[str]:
        """Ids of all lines that are asked for."""
        ids = [text for text in self.series.split(",") if text]
        metrics = [key for key in self.metrics.split(",") if key]
        for kind, owner in (("r", self.resource), ("s", self.stack)):
            ids += [f"{kind}{owner}.{key}" for key in metrics if owner is not None]
        return ids

    def window(self) -> Window:
        """The time that is asked for, shifted. Raises a 422 when it is empty or too long."""
        if not timedelta(0) < timedelta(seconds=self.to - self.start) <= LONGEST:
            raise HttpError(422, f"“to” must lie after “from”, by at most {LONGEST.days} days.")
        earlier = timedelta(seconds=self.shift)
        return Window(
            datetime.fromtimestamp(self.start, tz=UTC) - earlier, datetime.fromtimestamp(self.to, tz=UTC) - earlier
        )


class LineOut(Schema):
    """One line; `start` and `step` stand here when they differ from the answer's."""

    id: str
    start: int | None = None
    step: int | None = None
    values: list[float | None]


class PointsOut(Schema):
    """Lines on one time axis: value n lies at start + n × step."""

    start: int
    step: int
    series: list[LineOut]


@router.get("/series", response=list[SeriesOut], summary="Which lines a resource or a stack has")
def series(request: HttpRequest, wanted: Query[SeriesFilter]) -> list[dict[str, Any]]:
    """List stored and derived metrics of a resource, or the golden signals of a stack."""
    if (wanted.resource is None) == (wanted.stack is None):
        raise HttpError(422, "Name a resource or a stack.")
    scope = scope_of(request.user)
    if wanted.stack is not None:
        stack = get_object_or_404(Stack.objects.visible_to(scope), pk=wanted.stack)
        return [_described(row, "") for row in _series_of(stack=stack)]
    resource = get_object_or_404(Resource.objects.visible_to(scope), pk=wanted.resource or 0)
    return [_described(row, resource.service) for row in _series_of(resource=resource)] + _derived(resource)


def _series_of(**owner: Any) -> Any:
    return Series.objects.filter(**owner).select_related("block").order_by("metric")


def _described(row: Series, service_key: str) -> dict[str, Any]:
    owner = f"s{row.stack_id}" if row.stack_id else f"r{row.resource_id}"
    return {
        "id": str(row.pk) if "," in row.metric else f"{owner}.{row.metric}",
        "metric": row.metric,
        "label": label_of(row, service_key),
        "unit": row.unit,
        "statistic": row.statistic,
        "period": row.block.period,
        "derived": False,
        "newest_at": row.block.newest_at,
    }


def _derived(resource: Resource) -> list[dict[str, Any]]:
    """Those derived metrics whose limits are known."""
    service = all_services().get(resource.service)
    return [
        {
            "id": f"r{resource.pk}.{one.key}",
            "metric": one.key,
            "label": one.label,
            "unit": one.unit.value,
            "statistic": "",
            "period": None,
            "derived": True,
            "newest_at": None,
        }
        for one in (service.derived if service else ())
        if all(limit == PERIOD or limit in resource.limits for limit in one.limits)
    ]


@router.get("/points", response=PointsOut, summary="Points of lines")
def points(request: HttpRequest, wanted: Query[PointsQuery]) -> HttpResponse:
    """Answer the lines' values, thinned out to what a chart can show; 304 while the newest point is the same."""
    window = wanted.window()

    def write(selection: Selection) -> bytes:
        drawn = draw(selection, window, wanted.points)
        return orjson.dumps(_packed(drawn, wanted), option=JSON_NUMPY)

    return _answer(request, wanted, "application/json", write)


@router.get(
    "/points.csv", summary="Points of lines as CSV", openapi_extra={"responses": {200: {"content": {"text/csv": {}}}}}
)
def points_csv(request: HttpRequest, wanted: Query[PointsQuery]) -> HttpResponse:
    """The same as a table: one row per time (UTC), one column per line."""
    window = wanted.window()
    response = _answer(
        request, wanted, "text/csv; charset=utf-8", lambda selection: write_csv(draw(selection, window, wanted.points))
    )
    response.headers["Content-Disposition"] = 'attachment; filename="points.csv"'
    return response


def _answer(
    request: HttpRequest, wanted: PointsQuery, content_type: str, write: Callable[[Selection], bytes]
) -> HttpResponse:
    """Answer 304 when nothing newer has come since the client's copy; else write."""
    selection = select_lines(scope_of(request.user), wanted.ids())
    tag = _tag(request, selection)
    answer: HttpResponse | None = get_conditional_response(request, etag=tag) if tag else None
    if answer is None:
        answer = HttpResponse(write(selection), content_type=content_type)
        if tag:
            answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _tag(request: HttpRequest, selection: Selection) -> str:
    """What the answer depends on: what was asked, the newest point, the limits; blank while there is no point."""
    if selection.newest_at is None:
        return ""
    limits = [line.computed_for.limits for line in selection.lines if line.computed_for]
    text = f"{request.get_full_path()} {selection.newest_at} {limits}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _packed(drawn: list[Drawn], wanted: PointsQuery) -> dict[str, Any]:
    """Lines with the commonest start and step named once."""
    grids = [(line.start + wanted.shift, line.step) for line in drawn]
    start, step = max(set(grids), key=grids.count)
    series = []
    for line, grid in zip(drawn, grids, strict=True):
        own = {} if grid == (start, step) else {"start": grid[0], "step": grid[1]}
        series.append({"id": line.id, **own, "values": line.values})
    return {"start": start, "step": step, "series": series}
