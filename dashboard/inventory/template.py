"""References between the resources of a CloudFormation template."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

SUBSTITUTE = "Fn::Sub"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags; anything else that is not plain data is refused."""


def _short_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    return {name: value.split(".") if name == "Fn::GetAtt" and isinstance(value, str) else value}


_Loader.add_multi_constructor("!", _short_tag)


def references(template: str | Mapping[str, Any]) -> set[tuple[str, str]]:
    """Pairs of logical ids: who refers to whom by Ref, GetAtt or Sub. Empty for a template that can't be read."""
    resources = _resources(template)
    return {
        (logical_id, target)
        for logical_id, body in resources.items()
        for target in _targets(body)
        if target in resources and target != logical_id
    }


def _resources(template: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(template, str):
        try:
            template = yaml.load(template, _Loader)  # noqa: S506 - _Loader is a SafeLoader
        except (yaml.YAMLError, RecursionError):
            return {}
    found = template.get("Resources") if isinstance(template, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _targets(value: Any) -> Iterator[str]:
    """Logical ids named anywhere within a resource."""
    if isinstance(value, list):
        for one in value:
            yield from _targets(one)
    if not isinstance(value, Mapping):
        return
    for key, one in value.items():
        if key == "Ref" and isinstance(one, str):
            yield one
        elif key == "Fn::GetAtt" and isinstance(one, list) and one and isinstance(one[0], str):
            yield one[0]
        elif key == SUBSTITUTE:
            yield from _substituted(one)
        else:
            yield from _targets(one)


def _substituted(value: Any) -> Iterator[str]:
    """Names within ${…} of a Sub."""
    text = value[0] if isinstance(value, list) and value else value
    if isinstance(text, str):
        for part in text.split("${")[1:]:
            yield part.split("}", 1)[0].split(".", 1)[0]
