"""The layout of the service map: what always holds, whatever the graph."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.traces.layout import Gap, Layout, Placed, lay_out
from tests.traces.layout.graphs import (
    Drawing,
    columns,
    drawings,
    inside,
    middles,
    overlap,
    sampled,
    services,
)

GAP = Gap()
CLOSE = 1e-6


def laid_out(of: Drawing, previous: Layout | None = None) -> Layout:
    return lay_out(of.boxes, of.lines, previous=middles(previous) if previous else None)


def check_boxes(layout: Layout) -> None:
    for one, other in itertools.combinations(layout.boxes.values(), 2):
        assert not overlap(one, other, GAP.row - 1), (one, other)


def check_routes(layout: Layout) -> None:
    idents = list(layout.boxes)
    outlines = [(one.x, one.y, one.width, one.height) for one in layout.boxes.values()]
    left, top, width, height = np.array(outlines).reshape(-1, 4).T
    near = GAP.clearance - CLOSE
    for route in layout.routes:
        x, y = np.array(list(sampled(route))).T[:, :, None]
        met = (left < x) & (x < left + width) & (top - near < y) & (y < top + height + near)
        assert {idents[one] for one in np.flatnonzero(met.any(axis=0))} <= {route.source, route.target}, route


def check_directions(layout: Layout, backwards: set[tuple[str, str]]) -> None:
    for route in layout.routes:
        source, target = layout.boxes[route.source], layout.boxes[route.target]
        assert route.path[0][0] == pytest.approx(source.x + source.width)
        assert route.path[-1] == pytest.approx((target.x, target.y + target.height / 2))
        if (route.source, route.target) in backwards:
            assert target.x <= source.x + source.width
        else:
            assert source.x + source.width < target.x


def check_labels(layout: Layout) -> None:
    wide, tall = GAP.label
    for route in layout.routes:
        label = Placed("", route.label[0] - wide / 2, route.label[1] - tall / 2, wide, tall)
        assert not any(overlap(label, box) for box in layout.boxes.values()), route


def check_frames(of: Drawing, layout: Layout) -> None:
    assert set(layout.frames) == {box.group for box in of.boxes} - {""}
    for group, frame in layout.frames.items():
        members = {box.id for box in of.boxes if box.group == group}
        for box in layout.boxes.values():
            corners = ((box.x, box.y), (box.x + box.width, box.y + box.height))
            if box.id in members:
                assert all(inside(corner, frame) for corner in corners)
            else:
                assert not overlap(box, frame)
    for one, other in itertools.combinations(layout.frames.values(), 2):
        assert not overlap(one, other)


def check_extent(layout: Layout) -> None:
    whole = Placed("", 0, 0, layout.width, layout.height)
    for one in (*layout.boxes.values(), *layout.frames.values()):
        assert inside((one.x, one.y), whole)
        assert inside((one.x + one.width, one.y + one.height), whole)
    assert all(inside(point, whole) for route in layout.routes for point in (*route.path, route.label))


def backwards(of: Drawing) -> set[tuple[str, str]]:
    """Lines within a cycle: one of each cycle runs backwards, which one is up to the layout."""
    reach = {box.id: {line.target for line in of.lines if line.source == box.id} for box in of.boxes}
    for _ in of.boxes:
        reach = {one: those.union(*(reach[other] for other in those)) for one, those in reach.items()}
    return {(line.source, line.target) for line in of.lines if line.source in reach[line.target]}


def check(of: Drawing, layout: Layout) -> None:
    check_boxes(layout)
    check_routes(layout)
    check_labels(layout)
    check_frames(of, layout)
    check_extent(layout)
    turned = {
        (route.source, route.target)
        for route in layout.routes
        if layout.boxes[route.target].x <= layout.boxes[route.source].x + layout.boxes[route.source].width
    }
    assert turned <= backwards(of)
    check_directions(layout, turned)


@settings(deadline=None, max_examples=150)
@given(drawings())
def test_nothing_overlaps_and_lines_run_clear_of_boxes(of: Drawing) -> None:
    layout = laid_out(of)
    check(of, layout)
    assert set(layout.boxes) == {box.id for box in of.boxes}
    assert [(route.source, route.target) for route in layout.routes] == sorted(
        {(line.source, line.target) for line in of.lines}
    )


@settings(deadline=None, max_examples=60)
@given(drawings(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(of: Drawing, shuffling: random.Random) -> None:
    boxes, lines = list(of.boxes), list(of.lines)
    shuffling.shuffle(boxes)
    shuffling.shuffle(lines)
    assert lay_out(boxes, lines) == laid_out(of)


@settings(deadline=None, max_examples=100)
@given(drawings())
def test_the_same_graph_again_stays_exactly_as_it_was(of: Drawing) -> None:
    first = laid_out(of)
    assert laid_out(of, first) == first


def moved_pairs(before: Layout, after: Layout) -> list[tuple[str, str]]:
    """Pairs of one column, before and after, that changed places."""
    column = {ident: x for x, those in columns(after).items() for ident in those}
    height = {ident: y for ident, (_, y) in middles(after).items()}
    return [
        (above, below)
        for those in columns(before).values()
        for above, below in itertools.combinations(those, 2)
        if above in column and column[above] == column.get(below) and height[above] > height[below]
    ]


@settings(deadline=None, max_examples=100)
@given(drawings(), st.data())
def test_a_removed_box_leaves_the_order_of_the_others(of: Drawing, data: st.DataObject) -> None:
    before = laid_out(of)
    less = of.without(data.draw(st.sampled_from(of.boxes)).id)
    after = laid_out(less, before)
    check(less, after)
    assert moved_pairs(before, after) == []
    assert laid_out(less, after) == after


@settings(deadline=None, max_examples=100)
@given(drawings(), st.data())
def test_an_added_box_leaves_the_order_of_the_others(of: Drawing, data: st.DataObject) -> None:
    less = of.without(data.draw(st.sampled_from(of.boxes)).id)
    before = laid_out(less)
    after = laid_out(of, before)
    check(of, after)
    assert moved_pairs(before, after) == []
    assert laid_out(of, after) == after


@settings(deadline=None, max_examples=100)
@given(drawings(), drawings())
def test_any_other_graph_is_drawn_as_carefully_over_an_old_picture(old: Drawing, of: Drawing) -> None:
    check(of, laid_out(of, laid_out(old)))


@pytest.mark.parametrize("framed", [False, True], ids=["open", "framed"])
def test_three_hundred_boxes_and_a_thousand_lines_are_laid_out_as_carefully(framed: bool) -> None:
    of = services(20, 1000, framed=framed)
    assert (len(of.boxes), len(of.lines)) == (300, 1000)
    layout = laid_out(of)
    check_boxes(layout)
    check_routes(layout)
    check_labels(layout)
    check_frames(of, layout)
    check_extent(layout)
