"""The IAM action that allows a call: usually the operation's own name, with AWS's exceptions.

Source: AWS's Service Authorization Reference, per service.
"""

PREFIXES = {
    "apigatewayv2": "apigateway",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
    "stepfunctions": "states",
}
"""boto3 clients whose actions go by another prefix."""

EXCEPTIONS = {
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
    ("s3", "GetBucketEncryption"): "s3:GetEncryptionConfiguration",
    ("s3", "GetBucketNotificationConfiguration"): "s3:GetBucketNotification",
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3", "ListMultipartUploads"): "s3:ListBucketMultipartUploads",
    ("s3", "ListBucketMetricsConfigurations"): "s3:GetMetricsConfiguration",
}


def iam_action(client: str, operation: str) -> str:
    """The action for an operation of a boto3 client: ('lambda', 'ListFunctions') → 'lambda:ListFunctions'."""
    if client in {"apigateway", "apigatewayv2"}:
        return "apigateway:GET"
    if client == "budgets":
        return "budgets:ViewBudget"
    return EXCEPTIONS.get((client, operation), f"{PREFIXES.get(client, client)}:{operation}")
