"""What X-Ray calls things: the names and types of nodes.

Types are those of the developer guide (docs.aws.amazon.com/xray/latest/devguide: xray-api-segmentdocuments,
xray-services-lambda, -apigateway, -sns, -sqs, -eventbridge, -stepfunctions) and of API_InsightImpactGraphService,
which says: the type of a resource, else of a service, else 'remote'. Where the guide names no resource type for a
called service (Kinesis, Firehose), the resource's CloudFormation type stands, as with DynamoDB and S3.
"""

from dataclasses import dataclass

from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import hex_id, queue_url
from dashboard.demo.world.plan import Plan

FACADE, FUNCTION, CLIENT, REMOTE, SQL = "AWS::Lambda", "AWS::Lambda::Function", "client", "remote", "Database::SQL"

_TYPES = {
    "apigateway_rest": "AWS::ApiGateway::Stage",
    "step_functions": "AWS::StepFunctions::StateMachine",
    "dynamodb": "AWS::DynamoDB::Table",
    "s3": "AWS::S3::Bucket",
    "sns": "AWS::SNS",
    "sqs": "AWS::SQS::Queue",
    "kinesis": "AWS::Kinesis::Stream",
    "firehose": "AWS::KinesisFirehose::DeliveryStream",
    "event_bus": "AWS::Events",
    "cognito": "AWS::CognitoIdentityProvider",
    "lambda": FACADE,
}
CALLED = frozenset({*_TYPES, "rds_proxy", "rds", "aurora"}) - {"apigateway_rest", "step_functions"}
"""Kinds that show on the map when a traced function calls them; caches don't: nothing instruments their clients."""
DATABASES = frozenset({"rds_proxy", "rds", "aurora"})


@dataclass(frozen=True, order=True)
class Node:
    """One node of the map. Account is blank for what isn't on AWS."""

    name: str
    type: str
    account_id: str = ""


@dataclass(frozen=True)
class Place:
    """Where segments are kept: one account's region."""

    account_id: str
    region: str


def place_of(component: Component) -> Place:
    """Where the component's own segments go."""
    return Place(component.account_id, component.region)


def node_of(component: Component, caller: Place | None = None) -> Node:
    """The component's node: for a function the service's node, which stands before the function itself."""
    if component.kind in DATABASES:
        name = f"{database_name(component)}@{database_host(component)}"
        return Node(name, SQL, (caller or place_of(component)).account_id)
    kind = _TYPES[component.kind]
    if component.kind == "sns" and component.get("traced"):
        kind = "AWS::SNS::Topic"
    return Node(node_name(component), kind, component.account_id)


def function_node(function: Component) -> Node:
    """The node of the function's own segment."""
    return Node(function.name, FUNCTION, function.account_id)


def node_name(component: Component) -> str:
    """REST stages go by API and stage, queues by URL, a user pool by its service: the call names no resource."""
    if component.kind == "apigateway_rest":
        return f"{component.name}/{component.get('stage')}"
    if component.kind == "sqs":
        return queue_url(component)
    if component.kind == "cognito":
        return "CognitoIdentityProvider"
    return component.name


def database_host(database: Component) -> str:
    """The endpoint that functions connect to."""
    label = {"rds_proxy": "proxy-", "aurora": "cluster-"}.get(database.kind, "")
    return f"{database.name}.{label}{hex_id(12, 'rds', database.account_id)}.{database.region}.rds.amazonaws.com"


def database_name(database: Component) -> str:
    """The schema."""
    return database.name.split("-")[0]


def carries(plan: Plan, component: Component) -> bool:
    """Whether whoever the component calls or tells takes part in the same trace."""
    if component.kind in {"lambda", "apigateway_rest", "step_functions"} or component.get("traced"):
        return bool(component.get("traced"))
    if component.kind in {"sns", "event_bus", "eventbridge"}:
        return any(carries(plan, edge.source) for edge in plan.into(component))
    return False
