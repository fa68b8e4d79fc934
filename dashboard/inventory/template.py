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
        except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError):
            return {}
    found = template.get("Resources") if isinstance(template, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _targets(body: Any) -> Iterator[str]:
    """Names referred to anywhere within a resource. Aliases may nest or loop: each value is looked at once."""
    waiting, seen = [body], {id(body)}
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            for key, one in value.items():
                yield from _named(key, one)
        inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for one in inner:
            if isinstance(one, Mapping | list) and id(one) not in seen:
                seen.add(id(one))
                waiting.append(one)


def _named(key: Any, value: Any) -> Iterator[str]:
    """Names in one intrinsic function: Ref a, GetAtt [a, b] or "a.b", Sub "${a} ${a.b}", alone or first of a list."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, str):
        return
    if key == "Ref" and first is value:
        yield first
    elif key == "Fn::GetAtt":
        yield first.split(".", 1)[0]
    elif key == SUBSTITUTE:
        for part in first.split("${")[1:]:
            yield part.split("}", 1)[0].split(".", 1)[0]
