"""Rules of composite alarms: who is named, and where they all lie."""

import pytest

from dashboard.alarms.rules import named_in, shared_stacks

ACCOUNT, REGION = "111122223333", "eu-west-1"
HERE = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("ALARM(a)", ["a"]),
        ("ALARM(a) OR (OK(b) AND NOT INSUFFICIENT_DATA(c))", ["a", "b", "c"]),
        ("ALARM(\"has (brackets) and spaces\") AND ALARM( 'quoted' )", ["has (brackets) and spaces", "quoted"]),
        ("ALARM(a) AND ALARM(a)", ["a"]),
        (f'ALARM("{HERE}a:with:colons") OR ALARM({HERE}b)', ["a:with:colons", "b"]),
        ("ALARM(arn:aws:cloudwatch:us-east-1:111122223333:alarm:elsewhere)", []),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:999988887777:alarm:of-others)", []),
        ('AT_LEAST(2, ALARM, (a, "b, or not", c)) OR OK(d)', ["d", "a", "b, or not", "c"]),
        ("TRUE", []),
        ("ALARM(", []),
    ],
)
def test_alarms_named_in_a_rule(rule: str, names: list[str]) -> None:
    assert named_in(rule, ACCOUNT, REGION) == names


@pytest.mark.parametrize(
    ("children", "stacks", "shared"),
    [
        ({"c": ["a", "b"]}, {"a": 1, "b": 1}, {"c": 1}),
        ({"c": ["a", "b"]}, {"a": 1, "b": 2}, {"c": None}),
        ({"c": ["a", "b"]}, {"a": 1, "b": None}, {"c": None}),
        ({"c": ["a", "gone"]}, {"a": 1}, {"c": 1}),
        ({"c": ["gone"]}, {}, {"c": None}),
        ({"outer": ["inner", "a"], "inner": ["b"]}, {"a": 1, "b": 1}, {"outer": 1, "inner": 1}),
        ({"outer": ["inner", "a"], "inner": ["b"]}, {"a": 1, "b": 2}, {"outer": None, "inner": 2}),
        ({"x": ["y"], "y": ["x"]}, {}, {"x": None, "y": None}),
    ],
)
def test_a_composite_alarm_lies_where_all_its_parts_lie(
    children: dict[str, list[str]], stacks: dict[str, int | None], shared: dict[str, int | None]
) -> None:
    assert shared_stacks(children, stacks) == shared
