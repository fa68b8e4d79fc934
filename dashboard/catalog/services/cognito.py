"""Amazon Cognito user pools, by app client: that is how CloudWatch counts them."""

from collections.abc import Sequence

from dashboard.catalog import tracing
from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import share_of_sum, total
from dashboard.catalog.reading import get
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metric,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
)
from dashboard.core.units import Unit

# Federation is counted per identity provider, which no listing names: it is left out.
KINDS = {"sign_in": "SignIn", "sign_up": "SignUp", "refresh": "TokenRefresh"}
WORDS = {"sign_in": "Sign-in", "sign_up": "Sign-up", "refresh": "Token refresh"}
THROTTLES = tuple(f"{kind}_throttles" for kind in KINDS)


def identify(item: Item) -> Identity:
    """A client is known within its pool, which is what CloudFormation lists."""
    pool = item["parent"]
    arn = f"arn:aws:cognito-idp:{{region}}:{{account_id}}:userpool/{pool['Id']}"
    return Identity(f"{pool['Id']}/{item['ClientId']}", f"{pool['Name']} ({item.get('ClientName', '')})", arn)


def facts(found: Found) -> Sequence[Fact]:
    """What explains who can sign in and how."""
    pool = found.details.get("pool") or {}
    return (
        Fact("User pool", found.item["parent"]["Name"]),
        Fact("App client", found.item.get("ClientName")),
        Fact("Users, estimated", pool.get("EstimatedNumberOfUsers"), Unit.COUNT),
        Fact("MFA", pool.get("MfaConfiguration")),
        Fact("Tier", pool.get("UserPoolTier")),
        Fact("Shortest password", get(pool, "Policies.PasswordPolicy.MinimumLength")),
    )


SERVICE = Service(
    key="cognito",
    label="User pools",
    noun="Cognito user pool",
    icon="cognito",
    namespace="AWS/Cognito",
    idles=True,
    cfn_types=("AWS::Cognito::UserPool",),
    cost_name="Amazon Cognito",
    listing=Listing(
        Call("cognito-idp", "list_user_pools", {"MaxResults": 60}),
        "UserPools",
        identify,
        each=Call(
            "cognito-idp", "list_user_pool_clients", {"UserPoolId": "{Id}", "MaxResults": 60}, result="UserPoolClients"
        ),
    ),
    details={
        "pool": Call(
            "cognito-idp",
            "describe_user_pool",
            {"UserPoolId": "{parent_id}"},
            result="UserPool",
            absent=("ResourceNotFoundException",),
        )
    },
    facts=facts,
    dimensions=lambda found: {"UserPool": found.item["parent"]["Id"], "UserPoolClient": found.item["ClientId"]},
    metrics=(
        *(
            metric
            for kind, name in KINDS.items()
            for metric in (
                Metric(
                    f"{kind}_attempts",
                    f"{name}Successes",
                    "SampleCount",
                    Unit.COUNT,
                    f"{WORDS[kind]} attempts",
                    absent_is_zero=True,
                ),
                Metric(f"{kind}_success", f"{name}Successes", "Average", Unit.SHARE, f"{WORDS[kind]} succeeds"),
                count(f"{kind}_throttles", f"{name}Throttles", f"{WORDS[kind]} throttled", sparse=True),
            )
        ),
    ),
    derived=(
        Derived(
            "requests",
            "Attempts",
            Unit.COUNT,
            ("sign_in_attempts", "sign_up_attempts", "refresh_attempts"),
            total("sign_in_attempts", "sign_up_attempts", "refresh_attempts"),
        ),
        Derived(
            "throttle_share",
            "Sign-ins throttled",
            Unit.SHARE,
            ("sign_in_throttles", "sign_in_attempts"),
            share_of_sum("sign_in_throttles", "sign_in_attempts"),
        ),
    ),
    charts=(
        Chart("How many sign in?", ("sign_in_attempts", "sign_up_attempts", "refresh_attempts"), "area"),
        Chart("What share succeeds?", ("sign_in_success", "sign_up_success", "refresh_success")),
        Chart("Is anybody turned away?", THROTTLES),
    ),
    signals=Signals(traffic="requests", saturation=("throttle_share",)),
    thresholds=(
        *(
            Threshold(
                f"{kind}_throttles",
                Severity.WARNING,
                f"{{value}} {WORDS[kind].lower()}s were throttled",
                above=0,
                for_periods=5,
            )
            for kind in KINDS
        ),
        Threshold(
            "sign_in_success",
            Severity.WARNING,
            "only {value} of sign-ins succeed",
            below=0.60,
            floor=("sign_in_attempts", 30),
            hint="Wrong passwords in number may be an attack; a broken client shows since its deploy.",
        ),
    ),
    figures=("requests", "sign_in_success", "sign_in_throttles"),
    billing=Billing(lambda metered: {}, (), ("monthly active users",)),
    actions=("cognito-idp:ListUserPools", "cognito-idp:ListUserPoolClients", "cognito-idp:DescribeUserPool"),
    console="https://{region}.console.aws.amazon.com/cognito/v2/idp/user-pools?region={region}",
    traced=Traced(("AWS::Cognito::UserPool", "AWS::CognitoIdentityProvider"), tracing.pool_names),
)
