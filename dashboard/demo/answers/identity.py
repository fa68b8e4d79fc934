"""Who is asking and where one may go: STS, regions."""

from datetime import UTC, datetime, timedelta

from dashboard.demo.credentials import session_keys
from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.blueprints import REGIONS


@answers("sts", "GetCallerIdentity")
def get_caller_identity(asked: Asked) -> Answer:
    """Account, user id and ARN."""
    return {"UserId": f"AIDA{asked.account_id}DEMO", "Account": asked.account_id, "Arn": asked.caller}


@answers("sts", "AssumeRole")
def assume_role(asked: Asked) -> Answer:
    """Keys of the role's account."""
    role_arn, session = str(asked.get("RoleArn", "")), str(asked.get("RoleSessionName", ""))
    duration = int(asked.get("DurationSeconds", 3600))
    if not 900 <= duration <= 43_200:
        raise AnswerError("ValidationError", "DurationSeconds must be between 900 and 43200.")
    account_id = asked.roles.assume(asked.caller, role_arn, str(asked.get("ExternalId", "")))
    key_id, secret, token = session_keys(account_id, session, asked.now)
    role = role_arn.rsplit("/", 1)[-1]
    return {
        "Credentials": {
            "AccessKeyId": key_id,
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": datetime.fromtimestamp(asked.now, UTC) + timedelta(seconds=duration),
        },
        "AssumedRoleUser": {
            "AssumedRoleId": f"AROA{account_id}DEMO:{session}",
            "Arn": f"arn:aws:sts::{account_id}:assumed-role/{role}/{session}",
        },
    }


@answers("ec2", "DescribeRegions")
def describe_regions(asked: Asked) -> Answer:
    """Regions that are enabled; one that isn't opted in when all are asked for."""
    disabled = asked.faults.disabled_regions(asked.account_id)
    regions = [
        {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": "opt-in-not-required"}
        for name in REGIONS
        if name not in disabled
    ]
    if asked.get("AllRegions"):
        regions.append(
            {"RegionName": "af-south-1", "Endpoint": "ec2.af-south-1.amazonaws.com", "OptInStatus": "not-opted-in"}
        )
    wanted = asked.get("RegionNames")
    return {"Regions": [region for region in regions if not wanted or region["RegionName"] in wanted]}


@answers("account", "ListRegions")
def list_regions(asked: Asked) -> Answer:
    """The same, in the words of the account service."""
    disabled = asked.faults.disabled_regions(asked.account_id)
    regions = [
        {"RegionName": name, "RegionOptStatus": "DISABLED" if name in disabled else "ENABLED_BY_DEFAULT"}
        for name in REGIONS
    ]
    regions.append({"RegionName": "af-south-1", "RegionOptStatus": "DISABLED"})
    wanted = asked.get("RegionOptStatusContains")
    return {"Regions": [region for region in regions if not wanted or region["RegionOptStatus"] in wanted]}


@answers("iam", "ListAccountAliases")
def list_account_aliases(asked: Asked) -> Answer:
    """One alias per account."""
    return {"AccountAliases": ["shop-" + asked.account_id[-4:]], "IsTruncated": False}
