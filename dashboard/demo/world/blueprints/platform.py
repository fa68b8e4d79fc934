"""Who the customer is."""

from dashboard.demo.world.builder import StackBuilder
from dashboard.demo.world.traffic import Traffic


def build(account_id: str) -> list[StackBuilder]:
    """Identity."""
    at = StackBuilder(
        account_id,
        "eu-west-1",
        "identity-prod",
        team="platform",
        description="Sign-in, accounts and their guard",
        traced=True,
    )
    guard = at.add("waf", "identity-acl", scope="REGIONAL", milliseconds=0.6, traffic=Traffic(520), blocked_share=0.02)
    api = at.add("apigateway_rest", "identity-api", stage="v1", milliseconds=5)
    pool = at.add("cognito", "shop-customers", milliseconds=48, clients=("web", "ios", "android"))
    staff = at.add("cognito", "shop-staff", milliseconds=52, clients=("console",), traffic=Traffic(6, "office"))
    sign_in = at.add("lambda", "identity-sign-in", milliseconds=30, memory=512, timeout_seconds=10)
    profile = at.add("lambda", "identity-profile", milliseconds=16, memory=512, timeout_seconds=10)
    before = at.add("lambda", "identity-pre-token", milliseconds=7, memory=256, timeout_seconds=5)
    after = at.add("lambda", "identity-post-confirm", milliseconds=22, memory=256, timeout_seconds=5)
    profiles = at.add("dynamodb", "identity-profiles", milliseconds=3.5, indexes=("by-email",), read_share=0.9)
    consents = at.add("dynamodb", "identity-consents", milliseconds=3.7, read_share=0.6, provisioned=(200, 100))
    welcome = at.add("sns", "identity-welcome", milliseconds=12)
    at.call(guard, api, 0.98)
    at.call(api, sign_in, 0.4)
    at.call(api, profile, 0.6)
    at.call(sign_in, pool, 1.0)
    at.call(pool, before, 0.95)
    at.call(pool, after, 0.01)
    at.call(staff, before, 0.95)
    at.call(profile, profiles, 1.3)
    at.call(profile, consents, 0.4)
    at.call(after, profiles, 1.0)
    at.call(after, welcome, 1.0, kind="async")
    return [at]
