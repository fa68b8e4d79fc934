"""The layout of the service map: what is drawn for the graphs that people have."""

import pytest

from dashboard.traces.layout import Box, Gap, Layout, Line, lay_out
from tests.traces.layout.graphs import HEIGHT, WIDTH, Drawing, columns, drawing, middles, services

GROUPED = {f"m{one:02d}": "g" for one in range(12)}


def laid_out(of: Drawing, previous: Layout | None = None) -> Layout:
    return lay_out(of.boxes, of.lines, previous=middles(previous) if previous else None)


def in_columns(layout: Layout) -> str:
    """Boxes of each column by name, columns from left to right: 'a|b c|d'."""
    return "|".join(" ".join(sorted(those)) for _, those in sorted(columns(layout).items()))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("a>b b>c", "a|b|c"),
        ("client>api api>f api>g f>table g>table", "client|api|f g|table"),
        ("f>queue queue>g g>table f>table", "f|queue|g|table"),
        ("a>b b>c x>c", "a x|b|c"),
        ("a>b a>b a>b", "a|b"),
        ("a>b b>c c>d d>e x>y y>d y>e e>f y>f", "a x|b|c y|d|e|f"),
    ],
    ids=["chain", "diamond", "queue between", "entries at the left", "one line twice", "near to most neighbours"],
)
def test_columns_follow_the_calls(lines: str, expected: str) -> None:
    assert in_columns(laid_out(drawing(lines))) == expected


def test_a_chain_is_drawn_as_one_straight_line() -> None:
    layout = laid_out(drawing("a>b b>c c>d"))
    assert len({y for _, y in middles(layout).values()}) == 1
    assert {y for route in layout.routes for _, y in route.path} == {y for _, y in middles(layout).values()}


def test_an_entry_is_level_with_what_it_calls_where_there_is_room() -> None:
    at = middles(laid_out(drawing("client>api api>f api>g api>h timer>h")))
    assert at["timer"][1] == at["h"][1]


def test_what_is_called_from_several_stands_in_their_middle() -> None:
    at = middles(laid_out(drawing("a>t b>t c>t")))
    assert at["t"][1] == sorted(at[one][1] for one in "abc")[1]


def backwards(layout: Layout) -> set[str]:
    return {
        f"{route.source}>{route.target}"
        for route in layout.routes
        if layout.boxes[route.target].x <= layout.boxes[route.source].x
    }


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("a>a", {"a>a"}),
        ("api>f f>bucket bucket>f", {"bucket>f"}),
        ("z>a a>b b>c c>a", {"c>a"}),
        ("a>b b>a", {"b>a"}),
        ("a>b b>c", set()),
        ("e>m m>l l>k k>m", {"k>m"}),
    ],
)
def test_a_loop_runs_forwards_from_its_entry_and_back_once(lines: str, expected: set[str]) -> None:
    assert backwards(laid_out(drawing(lines))) == expected


def test_a_line_back_leaves_at_the_right_goes_round_and_enters_at_the_left() -> None:
    layout = laid_out(drawing("api>f f>bucket bucket>f"))
    (path,) = (route.path for route in layout.routes if route.source == "bucket")
    bucket, f = layout.boxes["bucket"], layout.boxes["f"]
    assert max(x for x, _ in path) > bucket.x + bucket.width
    assert min(x for x, _ in path) < f.x
    assert max(abs(y - (f.y + f.height / 2)) for _, y in path) > f.height / 2


def test_lines_leave_over_the_side_in_the_order_of_their_ends_and_enter_in_the_middle() -> None:
    layout = laid_out(drawing("a>b a>c a>d b>t c>t d>t"))
    at = middles(layout)
    leaving = sorted((route.path[0][1], at[route.target][1]) for route in layout.routes if route.source == "a")
    assert leaving == sorted(leaving, key=lambda each: each[1])
    assert len({y for y, _ in leaving}) == 3
    assert {route.path[-1] for route in layout.routes if route.target == "t"} == {(at["t"][0] - WIDTH / 2, at["t"][1])}


def test_an_api_with_forty_functions_is_no_mile_long_column() -> None:
    layout = laid_out(drawing(" ".join(f"api>f{one:02d}" for one in range(40))))
    assert 1 < layout.width / layout.height < 2.5


def test_boxes_without_lines_stand_in_rows_below_the_others() -> None:
    layout = laid_out(drawing("a>b " + " ".join(f"x{one:02d}" for one in range(30))))
    at = middles(layout)
    assert 1 < layout.width / layout.height < 3
    assert min(at[f"x{one:02d}"][1] for one in range(30)) > max(at["a"][1], at["b"][1])
    assert [ident for _, ident in sorted((y, ident) for ident, (_, y) in at.items())][2:] == [
        f"x{one:02d}" for one in range(30)
    ]


def test_small_parts_stand_side_by_side_below_the_large_one() -> None:
    large = "a>b b>c c>d d>e e>f f>g"
    at = middles(laid_out(drawing(f"{large} m>n o>p q>r")))
    assert at["m"][1] == at["o"][1] == at["q"][1] > at["a"][1]
    assert at["m"][0] < at["n"][0] < at["o"][0] < at["p"][0] < at["q"][0]


def test_lines_inside_a_frame_stay_in_it() -> None:
    of = drawing("in>a a>b b>c a>c x>y y>z in>x c>out z>out", dict.fromkeys("abc", "g") | dict.fromkeys("xyz", "h"))
    layout = laid_out(of)
    frame = layout.frames["g"]
    inner = [route for route in layout.routes if {route.source, route.target} <= set("abc")]
    assert len(inner) == 3
    for route in inner:
        assert all(frame.y < y < frame.y + frame.height for _, y in route.path)


def test_a_frame_leaves_room_for_its_title() -> None:
    layout = laid_out(drawing("a>b", {"a": "g", "b": "g"}))
    frame, gap = layout.frames["g"], Gap()
    assert min(box.y for box in layout.boxes.values()) == frame.y + gap.title + gap.padding


def test_what_was_there_stays_where_it_was_when_something_is_added_beside() -> None:
    before = laid_out(drawing("a>b b>c a>d d>e"))
    after = laid_out(drawing("a>b b>c a>d d>e e>f"), before)
    assert {ident: at for ident, at in middles(after).items() if ident != "f"} == middles(before)
    assert middles(after)["f"][1] == middles(after)["e"][1]


def test_what_is_left_stays_where_it_was_when_something_goes() -> None:
    of = drawing("a>b b>c a>d d>e")
    before = laid_out(of)
    after = laid_out(of.without("c"), before)
    assert middles(after) == {ident: at for ident, at in middles(before).items() if ident != "c"}


def test_a_box_between_two_neighbouring_columns_gets_a_column_of_its_own() -> None:
    before = laid_out(drawing("a>b b>c x>y y>z"))
    after = laid_out(drawing("a>new new>b b>c x>y y>z"), before)
    assert in_columns(after) == "a x|new|b y|c z"


def test_a_new_entry_stands_at_the_left() -> None:
    before = laid_out(drawing("a>b b>c c>d"))
    assert in_columns(laid_out(drawing("a>b b>c c>d new>d"), before)) == "a new|b|c|d"


def test_an_opened_stack_takes_the_place_of_its_closed_box() -> None:
    closed = laid_out(drawing("in>g g>out in>h h>out in>i i>out in>j"))
    opened = drawing(
        "in>a a>b b>out in>h h>out in>i i>out in>j",
        {"a": "g", "b": "g"},
    )
    before, after = middles(closed), middles(laid_out(opened, closed))
    assert sorted("ghij", key=lambda one: before[one][1]) == sorted(
        "ghij", key=lambda one: after["a" if one == "g" else one][1]
    )


def test_a_large_stack_can_be_opened_and_closed_with_the_others_in_their_places() -> None:
    others = "in>g in>h in>i h>j i>j g>j j>k k>l"
    members = " ".join(f"in>m{one:02d} m{one:02d}>j" for one in range(12))
    closed = laid_out(drawing(others))
    opened = laid_out(drawing(others.replace("in>g ", "").replace("g>j ", "") + " " + members, GROUPED), closed)
    order = sorted("hijkl", key=lambda one: middles(closed)[one])
    assert sorted("hijkl", key=lambda one: middles(opened)[one]) == order
    again = laid_out(drawing(others), opened)
    assert sorted("hijkl", key=lambda one: middles(again)[one]) == order
    assert again.height < 1.5 * closed.height


def test_a_picture_that_shares_little_with_the_one_before_is_drawn_anew() -> None:
    before = laid_out(drawing("a>b b>c c>d d>e e>f"))
    of = drawing("f>u u>v v>w w>x")
    assert laid_out(of, before) == laid_out(of)


def test_an_unlikely_previous_position_does_no_harm() -> None:
    of = drawing("a>b b>c")
    layout = lay_out(of.boxes, of.lines, previous=dict.fromkeys("abc", (-1e4, 3.3)))
    assert in_columns(layout) == "a|b|c"
    assert min(box.x for box in layout.boxes.values()) >= Gap().margin


def test_nothing_gives_an_empty_picture() -> None:
    assert lay_out([], []) == Layout(0, 0, {}, (), {})


def test_one_box_stands_inside_the_margin() -> None:
    layout = lay_out([Box("only", WIDTH, HEIGHT)], [])
    margin = Gap().margin
    assert (layout.boxes["only"].x, layout.boxes["only"].y) == (margin, margin)
    assert (layout.width, layout.height) == (WIDTH + 2 * margin, HEIGHT + 2 * margin)


@pytest.mark.parametrize("line", [Line("a", "nobody"), Line("nobody", "a")])
def test_a_line_to_an_unknown_box_is_refused_by_name(line: Line) -> None:
    with pytest.raises(ValueError, match="nobody"):
        lay_out([Box("a", WIDTH, HEIGHT)], [line])


def test_an_id_that_is_there_twice_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'a'"):
        lay_out([Box("a", WIDTH, HEIGHT), Box("a", WIDTH, HEIGHT)], [])


def test_columns_too_near_for_frames_or_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="further apart"):
        Gap(column=60)


def test_four_stacks_of_sixty_boxes_fill_a_screen() -> None:
    of = services(4, 90, framed=True)
    assert len(of.boxes) == 60
    layout = laid_out(of)
    assert 0.8 < layout.width / layout.height < 2.2
