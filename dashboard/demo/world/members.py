"""What CloudFormation lists for a stack: its components with the small resources that come along with them."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.demo.world.components import Component, Edge, StackPlan
from dashboard.demo.world.identity import (
    api_id,
    client_ids,
    hex_id,
    physical_id,
    stack_arn,
    target_group_suffix,
    uuid_of,
)
from dashboard.demo.world.plan import Plan

TYPES = {
    "lambda": "AWS::Lambda::Function",
    "apigateway_rest": "AWS::ApiGateway::RestApi",
    "apigateway_http": "AWS::ApiGatewayV2::Api",
    "apigateway_websocket": "AWS::ApiGatewayV2::Api",
    "dynamodb": "AWS::DynamoDB::Table",
    "s3": "AWS::S3::Bucket",
    "eventbridge": "AWS::Events::Rule",
    "event_bus": "AWS::Events::EventBus",
    "kinesis": "AWS::Kinesis::Stream",
    "firehose": "AWS::KinesisFirehose::DeliveryStream",
    "sqs": "AWS::SQS::Queue",
    "sns": "AWS::SNS::Topic",
    "rds": "AWS::RDS::DBInstance",
    "aurora": "AWS::RDS::DBCluster",
    "rds_proxy": "AWS::RDS::DBProxy",
    "elasticache": "AWS::ElastiCache::ReplicationGroup",
    "elasticache_serverless": "AWS::ElastiCache::ServerlessCache",
    "cognito": "AWS::Cognito::UserPool",
    "waf": "AWS::WAFv2::WebACL",
    "cloudfront": "AWS::CloudFront::Distribution",
    "alb": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "step_functions": "AWS::StepFunctions::StateMachine",
}

_API_PARTS = {
    "apigateway_rest": ("AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment"),
    "apigateway_http": ("AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Integration"),
    "apigateway_websocket": ("AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Integration"),
}


@dataclass(frozen=True)
class Member:
    """One resource of a stack as CloudFormation lists it."""

    logical_id: str
    physical_id: str
    type: str


def members_of(plan: Plan, stack: StackPlan) -> list[Member]:
    """Everything that the stack made, nested stacks included."""
    members: list[Member] = []
    for component in plan.of_stack(stack):
        if component.kind in TYPES:
            members.append(Member(component.logical_id, physical_id(component), TYPES[component.kind]))
            members += _along_with(plan, component)
    for other in plan.stacks_in(stack.account_id, stack.region):
        if other.parent == stack.name:
            members.append(Member(other.parent_logical_id, stack_arn(other), "AWS::CloudFormation::Stack"))
    return members


def _along_with(plan: Plan, component: Component) -> Iterator[Member]:
    name = component.logical_id
    if component.kind == "lambda":
        yield from _with_function(plan, component)
    elif component.kind in _API_PARTS:
        stage, other = _API_PARTS[component.kind]
        yield Member(f"{name}Stage", str(component.get("stage")), stage)
        yield Member(f"{name}{other.rsplit('::', 1)[-1]}", api_id(component)[:7], other)
    elif component.kind == "cognito":
        for client in client_ids(component):
            yield Member(f"{name}Client{client[:4].capitalize()}", client, "AWS::Cognito::UserPoolClient")
    elif component.kind == "alb":
        place = f"arn:aws:elasticloadbalancing:{component.region}:{component.account_id}"
        group = f"{place}:{target_group_suffix(component)}"
        yield Member(f"{name}TargetGroup", group, "AWS::ElasticLoadBalancingV2::TargetGroup")
    elif component.kind == "aurora":
        for number in range(1, int(component.get("members", 2)) + 1):
            yield Member(f"{name}Instance{number}", f"{component.name}-{number}", "AWS::RDS::DBInstance")


def _with_function(plan: Plan, function: Component) -> Iterator[Member]:
    name = function.logical_id
    role = f"{function.stack}-{name}Role-{hex_id(12, 'role', function.key).upper()}"
    yield Member(f"{name}Role", role, "AWS::IAM::Role")
    yield Member(f"{name}LogGroup", f"/aws/lambda/{function.name}", "AWS::Logs::LogGroup")
    for edge in plan.into(function):
        if edge.kind in {"queue", "stream"}:
            yield Member(f"{name}From{edge.source.logical_id}", mapping_id(edge), "AWS::Lambda::EventSourceMapping")


def mapping_id(edge: Edge) -> str:
    """The UUID of an event source mapping."""
    return uuid_of("mapping", edge.source.key, edge.target.key)
