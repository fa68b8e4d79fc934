"""Every call of the catalogue exists as written, in the installed botocore's model."""

import re
from functools import cache

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from dashboard.catalog import all_services
from dashboard.catalog.actions import iam_action
from dashboard.catalog.shape import Call, Service
from tests.catalog.found import calls_of

CALLS = [
    pytest.param(call, path, name in {"listing", "each"} or call.paged, id=f"{key}-{name}")
    for key, service in sorted(all_services().items())
    for name, (call, path) in calls_of(service).items()
]
PLACEHOLDERS = {"physical_id", "parent_id", "arn", "name", "account_id", "region"}
SERVICES = [pytest.param(service, id=key) for key, service in sorted(all_services().items())]


@cache
def model_of(client: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(client)


def operation_of(call: Call) -> OperationModel:
    model = model_of(call.client)
    names = {xform_name(one): one for one in model.operation_names}
    assert call.method in names, f"{call.client} has no {call.method}"
    return model.operation_model(names[call.method])


def at(shape: Shape | None, path: str) -> Shape | None:
    """The member at a dotted path of a shape."""
    for part in filter(None, path.split(".")):
        if not isinstance(shape, StructureShape) or part not in shape.members:
            return None
        shape = shape.members[part]
    return shape


def members_of(service: Service) -> set[str]:
    """Names that a listing item has; those of scalars stand under `value`."""
    listing = service.listing
    found = at(operation_of(listing.call).output_shape, listing.items)
    inner = found.member if isinstance(found, ListShape) else None
    return set(inner.members) if isinstance(inner, StructureShape) else {"value"}


@pytest.mark.parametrize(("call", "path", "is_list"), CALLS)
def test_the_method_takes_these_parameters(call: Call, path: str, is_list: bool) -> None:
    wanted = operation_of(call).input_shape
    known = set(wanted.members) if isinstance(wanted, StructureShape) else set()
    required = set(wanted.required_members) if isinstance(wanted, StructureShape) else set()
    assert set(call.parameters) <= known
    assert required <= set(call.parameters)


@pytest.mark.parametrize(("call", "path", "is_list"), CALLS)
def test_the_answer_has_what_is_wanted_of_it(call: Call, path: str, is_list: bool) -> None:
    found = at(operation_of(call).output_shape, path)
    assert found is not None
    assert not is_list or isinstance(found, ListShape)


@pytest.mark.parametrize(("call", "path", "is_list"), CALLS)
def test_fixed_values_are_ones_that_aws_knows(call: Call, path: str, is_list: bool) -> None:
    wanted = operation_of(call).input_shape
    assert isinstance(wanted, StructureShape) or not call.parameters
    for name, value in call.parameters.items():
        allowed = getattr(wanted.members[name], "enum", None) if isinstance(wanted, StructureShape) else None
        if allowed and "{" not in str(value):
            assert value in allowed
        limit = wanted.members[name].metadata.get("max") if isinstance(wanted, StructureShape) else None
        if isinstance(value, int) and limit is not None:
            assert value <= limit


@pytest.mark.parametrize(
    "service", [pytest.param(one, id=key) for key, one in sorted(all_services().items()) if one.listing.each]
)
def test_the_second_call_builds_on_what_the_first_lists(service: Service) -> None:
    parameters = service.listing.each.parameters if service.listing.each else {}
    named = set(re.findall(r"{(\w+)}", str(dict(parameters))))
    assert named
    assert named <= members_of(service)


@pytest.mark.parametrize("service", SERVICES)
def test_details_build_on_the_resource(service: Service) -> None:
    listing = service.listing
    own = members_of(service)
    if listing.each is not None:
        child = at(operation_of(listing.each).output_shape, listing.each.result)
        inner = child.member if isinstance(child, ListShape) else None
        own = set(inner.members) if isinstance(inner, StructureShape) else {"value"}
    for call in service.details.values():
        assert set(re.findall(r"{(\w+)}", str(dict(call.parameters)))) <= own | PLACEHOLDERS


@pytest.mark.parametrize("service", SERVICES)
def test_the_actions_allow_exactly_the_calls(service: Service) -> None:
    needed = {iam_action(call.client, operation_of(call).name) for call, _ in calls_of(service).values()}
    assert set(service.actions) == needed


@pytest.mark.parametrize(
    ("client", "operation", "action"),
    [
        ("lambda", "ListFunctions", "lambda:ListFunctions"),
        ("stepfunctions", "ListStateMachines", "states:ListStateMachines"),
        ("elbv2", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("apigateway", "GetRestApis", "apigateway:GET"),
        ("apigatewayv2", "GetApis", "apigateway:GET"),
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
        ("resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
    ],
)
def test_an_operation_is_allowed_by_its_iam_action(client: str, operation: str, action: str) -> None:
    assert iam_action(client, operation) == action
