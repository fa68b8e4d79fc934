"""May this role be trusted? One that anybody can assume without the external id may not."""

from dashboard.aws import classify, sessions
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.core.connection import Connection

ACTION = "sts:AssumeRole"


def check_role(connection: Connection) -> None:
    """Assume the role with its external id, and make sure that it can't be assumed without.

    Raises AwsError: with AWS's reason when the role can't be assumed, and ACCESS_DENIED with what to change in the
    trust policy when the external id is not demanded (the confused deputy: IAM User Guide, 'The confused deputy
    problem').
    """
    try:
        sessions.role_fetcher(connection)()
    except Exception as error:
        raise _refused(classify.classify(error, ACTION, sessions.GLOBAL_REGION), connection) from error
    try:
        sessions.role_fetcher(connection, with_external_id=False)()
    except Exception as error:
        why = classify.classify(error, ACTION, sessions.GLOBAL_REGION)
        if why.kind == ErrorKind.ACCESS_DENIED:
            return
        raise why from error  # throttled or unreachable proves nothing
    raise AwsError(
        ErrorKind.ACCESS_DENIED,
        ACTION,
        f"{connection.role_arn} can be assumed without the external id, so anybody who may call it could use it.",
        'Add the condition "sts:ExternalId" to the role\'s trust policy, as shown, and test again.',
        "ExternalIdNotRequired",
    )


def _refused(error: AwsError, connection: Connection) -> AwsError:
    """The error with words that fit a role."""
    if error.kind != ErrorKind.ACCESS_DENIED:
        return error
    return AwsError(
        error.kind,
        ACTION,
        f"{connection.role_arn} can't be assumed with the external id that was made for it.",
        "Check the role's ARN, that its trust policy names these credentials' account and this external id, and that "
        "the credentials may call sts:AssumeRole.",
        error.code,
    )
