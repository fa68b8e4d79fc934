"""Errors as AWS words them."""


class AnswerError(Exception):
    """An error answer: AWS's code, its message, the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def access_denied(who: str, action: str, because: str = "no identity-based policy allows the action") -> AnswerError:
    """As IAM refuses; the code that the service's protocol uses is chosen when the answer is written."""
    message = f"User: {who} is not authorized to perform: {action} because {because}"
    return AnswerError("AccessDenied", message, 403)
