"""ARNs, physical ids and generated ids of components: realistic, and the same at every start."""

from dashboard.demo.world.components import Component, StackPlan
from dashboard.demo.world.noise import stable_text

LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
UPPER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEX = "0123456789abcdef"


def api_id(component: Component) -> str:
    """Ten characters, for any kind of API."""
    return stable_text(10, LOWER, "api", component.key)


def hex_id(length: int, *parts: object) -> str:
    """A hexadecimal id."""
    return stable_text(length, HEX, *parts)


def uuid_of(*parts: object) -> str:
    """A UUID's text."""
    text = stable_text(32, HEX, "uuid", *parts)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def client_ids(pool: Component) -> list[str]:
    """App clients of a user pool."""
    return [stable_text(26, LOWER, "client", pool.key, name) for name in pool.get("clients", ("web", "app"))]


def balancer_suffix(balancer: Component) -> str:
    """The LoadBalancer dimension."""
    return f"app/{balancer.name}/{hex_id(16, 'alb', balancer.key)}"


def target_group_suffix(balancer: Component) -> str:
    """The TargetGroup dimension."""
    return f"targetgroup/{balancer.name}-tg/{hex_id(16, 'tg', balancer.key)}"


def pool_id(pool: Component) -> str:
    """A user pool's id."""
    return f"{pool.region}_{stable_text(9, LOWER + UPPER[10:], 'pool', pool.key)}"


def distribution_id(distribution: Component) -> str:
    """A CloudFront distribution's id."""
    return "E" + stable_text(13, UPPER, "distribution", distribution.key)


def acl_id(acl: Component) -> str:
    """A web ACL's id."""
    return uuid_of("acl", acl.key)


def queue_url(queue: Component) -> str:
    """An SQS queue's URL, which CloudFormation names as its physical id."""
    return f"https://sqs.{queue.region}.amazonaws.com/{queue.account_id}/{queue.name}"


def stack_arn(stack: StackPlan) -> str:
    """A CloudFormation stack's id."""
    ident = uuid_of("stack", stack.account_id, stack.region, stack.name)
    return f"arn:aws:cloudformation:{stack.region}:{stack.account_id}:stack/{stack.name}/{ident}"


_ARN_FORMS = {
    "lambda": "arn:aws:lambda:{region}:{account}:function:{name}",
    "apigateway_rest": "arn:aws:apigateway:{region}::/restapis/{api}/stages/{stage}",
    "apigateway_http": "arn:aws:apigateway:{region}::/apis/{api}/stages/{stage}",
    "apigateway_websocket": "arn:aws:apigateway:{region}::/apis/{api}/stages/{stage}",
    "dynamodb": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "s3": "arn:aws:s3:::{name}",
    "eventbridge": "arn:aws:events:{region}:{account}:rule/{rule}",
    "event_bus": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "kinesis": "arn:aws:kinesis:{region}:{account}:stream/{name}",
    "firehose": "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
    "sqs": "arn:aws:sqs:{region}:{account}:{name}",
    "sns": "arn:aws:sns:{region}:{account}:{name}",
    "rds": "arn:aws:rds:{region}:{account}:db:{name}",
    "aurora": "arn:aws:rds:{region}:{account}:cluster:{name}",
    "rds_proxy": "arn:aws:rds:{region}:{account}:db-proxy:{proxy}",
    "elasticache": "arn:aws:elasticache:{region}:{account}:replicationgroup:{name}",
    "elasticache_serverless": "arn:aws:elasticache:{region}:{account}:serverlesscache:{name}",
    "cognito": "arn:aws:cognito-idp:{region}:{account}:userpool/{pool}",
    "waf": "arn:aws:wafv2:{region}:{account}:{scope}/webacl/{name}/{acl}",
    "cloudfront": "arn:aws:cloudfront::{account}:distribution/{distribution}",
    "alb": "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}",
    "step_functions": "arn:aws:states:{region}:{account}:stateMachine:{name}",
}


def arn(component: Component) -> str:
    """The component's ARN; blank for kinds that have none."""
    form = _ARN_FORMS.get(component.kind, "")
    bus = component.get("bus", "default")
    return form.format(
        region=component.region,
        account=component.account_id,
        name=component.name,
        stage=component.get("stage", ""),
        api=api_id(component),
        rule=component.name if bus == "default" else f"{bus}/{component.name}",
        proxy=f"prx-{hex_id(17, 'proxy', component.key)}",
        pool=pool_id(component),
        scope="global" if component.get("scope") == "CLOUDFRONT" else "regional",
        acl=acl_id(component),
        distribution=distribution_id(component),
        balancer=balancer_suffix(component),
    )


def physical_id(component: Component) -> str:
    """What CloudFormation calls the component (for API stages: of the API)."""
    bus = component.get("bus", "default")
    special = {
        "apigateway_rest": lambda: api_id(component),
        "apigateway_http": lambda: api_id(component),
        "apigateway_websocket": lambda: api_id(component),
        "eventbridge": lambda: component.name if bus == "default" else f"{bus}|{component.name}",
        "sqs": lambda: queue_url(component),
        "sns": lambda: arn(component),
        "cognito": lambda: pool_id(component),
        "waf": lambda: f"{component.name}|{acl_id(component)}|{component.get('scope')}",
        "cloudfront": lambda: distribution_id(component),
        "alb": lambda: arn(component),
        "step_functions": lambda: arn(component),
    }
    return special.get(component.kind, lambda: component.name)()
