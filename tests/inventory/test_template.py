"""References between resources of a template."""

import json

import pytest

from dashboard.inventory.template import references


def in_json(properties: object) -> dict[str, object]:
    return {"Resources": {"Api": {"Properties": properties}, "Table": {}, "Queue": {}}}


@pytest.mark.parametrize(
    ("properties", "targets"),
    [
        ({"T": {"Ref": "Table"}}, {"Table"}),
        ({"T": {"Fn::GetAtt": ["Table", "Arn"]}}, {"Table"}),
        ({"T": {"Fn::GetAtt": "Table.Arn"}}, {"Table"}),
        ({"T": {"Fn::Sub": "${Table}-${Queue.Arn}-${AWS::Region}"}}, {"Table", "Queue"}),
        ({"T": {"Fn::Sub": ["${x}", {"x": {"Ref": "Queue"}}]}}, {"Queue"}),
        ({"T": {"Fn::Sub": "${!Table}"}}, set()),
        ({"T": {"Fn::Join": ["", ["a", {"Ref": "Table"}]]}}, {"Table"}),
        ({"T": {"Ref": "AWS::StackName"}, "U": {"Ref": "Parameter"}}, set()),
        ({"T": {"Ref": "Api"}}, set()),
        ({"Ref": ["Table"], "Fn::GetAtt": {}, "Fn::Sub": 3}, set()),
    ],
)
def test_references_are_found_in_json(properties: object, targets: set[str]) -> None:
    assert references(in_json(properties)) == {("Api", target) for target in targets}
    assert references(json.dumps(in_json(properties))) == {("Api", target) for target in targets}


@pytest.mark.parametrize(
    "value", ["!Ref Table", "!GetAtt Table.Arn", "!GetAtt [Table, Arn]", "!Sub '${Table}'", "!Sub ['${Table}', {}]",
              "!If [IsProd, !Ref Table, !Ref AWS::NoValue]"]
)  # fmt: skip
def test_yaml_short_tags_are_read(value: str) -> None:
    assert references(f"Resources:\n  Api:\n    T: {value}\n  Table: {{}}\n") == {("Api", "Table")}


@pytest.mark.parametrize(
    "template",
    ["", "{", "just text", "[]", "Resources: 3", "Resources: {a: 2024-13-45}", "a: &a [*a]", "? [1]\n: 2",
     "Resources: {Api: !!python/object/apply:os.system [ls]}"],
)  # fmt: skip
def test_a_template_that_cannot_be_read_has_no_references(template: str) -> None:
    assert references(template) == set()


def test_aliases_that_loop_or_multiply_end() -> None:
    levels = "\n".join(f"  L{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 9)}]" for level in range(1, 60))
    text = f"Resources:\n  L0: &l0 [!Ref Table]\n{levels}\n  Loop: &loop [*loop, !Ref Table]\n  Table: {{}}\n"
    assert {("L59", "Table"), ("Loop", "Table")} <= references(text)
