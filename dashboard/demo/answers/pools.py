"""Cognito user pools."""

from datetime import UTC, datetime

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, client_ids, pool_id


def _pool(asked: Asked) -> Component:
    wanted = asked.get("UserPoolId")
    for pool in asked.components("cognito"):
        if pool_id(pool) == wanted:
            return pool
    raise AnswerError("ResourceNotFoundException", f"User pool {wanted} does not exist.")


@answers("cognito-idp", "ListUserPools")
def list_user_pools(asked: Asked) -> Answer:
    """Sixty a page at most; the size must be given."""
    page, token = page_of(asked.components("cognito"), asked.get("NextToken"), int(asked.get("MaxResults", 60)))
    pools = [
        {
            "Id": pool_id(pool),
            "Name": pool.name,
            "LambdaConfig": {},
            "CreationDate": datetime.fromtimestamp(asked.world.created(pool), UTC),
            "LastModifiedDate": datetime.fromtimestamp(asked.world.last_change(pool), UTC),
        }
        for pool in page
    ]
    return {"UserPools": pools, "NextToken": token}


@answers("cognito-idp", "DescribeUserPool")
def describe_user_pool(asked: Asked) -> Answer:
    """Policies, triggers, size."""
    pool = _pool(asked)
    triggers = {}
    for edge in asked.world.plan.out_of(pool):
        name = "PreTokenGeneration" if "token" in edge.target.name else "PostConfirmation"
        triggers[name] = arn(edge.target)
    return {
        "UserPool": {
            "Id": pool_id(pool),
            "Name": pool.name,
            "Arn": arn(pool),
            "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}},
            "DeletionProtection": "ACTIVE",
            "LambdaConfig": triggers,
            "MfaConfiguration": "OPTIONAL",
            "EstimatedNumberOfUsers": 184_000 if "customers" in pool.name else 240,
            "UserPoolTier": "ESSENTIALS",
            "UserPoolTags": dict(pool.tags),
            "CreationDate": datetime.fromtimestamp(asked.world.created(pool), UTC),
            "LastModifiedDate": datetime.fromtimestamp(asked.world.last_change(pool), UTC),
        }
    }


@answers("cognito-idp", "ListUserPoolClients")
def list_user_pool_clients(asked: Asked) -> Answer:
    """App clients."""
    pool = _pool(asked)
    names = pool.get("clients", ("web", "app"))
    clients = [
        {"ClientId": client, "UserPoolId": pool_id(pool), "ClientName": name}
        for client, name in zip(client_ids(pool), names, strict=True)
    ]
    page, token = page_of(clients, asked.get("NextToken"), int(asked.get("MaxResults", 60)))
    return {"UserPoolClients": page, "NextToken": token}
