"""What a piece says of itself: kind, node, resource, request, query, annotations."""

from collections.abc import Mapping
from typing import Any

from dashboard.traces.waterfall.piece import Piece
from dashboard.traces.waterfall.shape import (
    DATABASE,
    MISSING,
    REMOTE,
    SEGMENT,
    SUBSEGMENT,
    Http,
    Node,
    ResourceHints,
    Sql,
)
from dashboard.traces.waterfall.tree import FUNCTION, LAMBDA
from dashboard.traces.waterfall.values import items, mapping, text, truth, whole

TYPES = {
    "DynamoDB": "AWS::DynamoDB::Table",
    "Lambda": LAMBDA,
    "S3": "AWS::S3::Bucket",
    "SNS": "AWS::SNS",
    "SQS": "AWS::SQS::Queue",
}
"""Origins that X-Ray gives to inferred segments, for calls whose inferred segment is missing."""
NO_HINTS = ResourceHints()


def kind_of(piece: Piece) -> str:
    """Segment, subsegment, remote or missing."""
    if piece.missing:
        return MISSING
    if piece.inferred or piece.answer or text(piece.raw.get("namespace")) in ("aws", "remote"):
        return REMOTE
    return SEGMENT if piece.segment else SUBSEGMENT


def type_of(piece: Piece, kind: str) -> str:
    """What the row is, or calls, as X-Ray names it; blank for work within a service."""
    origin = piece.origin or (piece.answer.origin if piece.answer else "")
    if origin or kind != REMOTE:
        return origin
    if piece.raw.get("sql"):
        return DATABASE
    return TYPES.get(piece.name, f"AWS::{piece.name}") if text(piece.raw.get("namespace")) == "aws" else "remote"


def node_of(piece: Piece, kind: str, type_: str, above: Node | None) -> Node:
    """Who did what the row tells of. A call that a segment of its own answers is its caller's work.

    A message that was handed over is the work of the queue, topic or bus that took it.
    """
    if kind == SEGMENT:
        return Node(piece.name, FUNCTION if type_ == LAMBDA else type_)
    answered = any(child.segment and not child.inferred for child in piece.children)
    if kind != REMOTE or (answered and not piece.answer and not piece.hands_over):
        return above or Node(piece.name, type_)
    hints = hints_of(piece)
    called = piece.answer.name if piece.answer else hints.table_name or hints.bucket or hints.queue_url
    return Node(called or hints.function_name or piece.name, type_)


def result_of(piece: Piece) -> tuple[bool, bool, bool]:
    """Error, fault, throttle: as the segment says, or the inferred one that answers it."""
    raws = (piece.raw, piece.answer.raw) if piece.answer else (piece.raw,)
    error, fault, throttle = (any(truth(raw.get(name)) for raw in raws) for name in ("error", "fault", "throttle"))
    return error, fault, throttle


def hints_of(piece: Piece) -> ResourceHints:
    """What tells which AWS resource it is."""
    aws = aws_of(piece)
    arn = piece.raw.get("resource_arn") or aws.get("function_arn") or aws.get("topic_arn") or aws.get("resource_arn")
    if not aws and not arn:
        return NO_HINTS
    return ResourceHints(
        arn=text(arn),
        function_name=text(aws.get("function_name")),
        table_name=text(aws.get("table_name")),
        queue_url=text(aws.get("queue_url")),
        bucket=text(aws.get("bucket_name")),
        operation=text(aws.get("operation")),
        region=text(aws.get("region")),
        account_id=text(aws.get("account_id")),
    )


def aws_of(piece: Piece) -> Mapping[str, Any]:
    """Its aws block, or the one of the segment that answers it."""
    return mapping(piece.raw.get("aws")) or (mapping(piece.answer.raw.get("aws")) if piece.answer else {})


def http_of(piece: Piece) -> Http | None:
    """Its request; None without one."""
    block = mapping(piece.raw.get("http")) or (mapping(piece.answer.raw.get("http")) if piece.answer else {})
    if not block:
        return None
    request, response = mapping(block.get("request")), mapping(block.get("response"))
    length = whole(response.get("content_length"))
    return Http(
        method=text(request.get("method")),
        url=text(request.get("url")),
        status=whole(response.get("status")),
        user_agent=text(request.get("user_agent")),
        client_ip=text(request.get("client_ip")),
        forwarded=truth(request.get("x_forwarded_for")),
        # The SDK for Java writes -1 where it does not know.
        content_length=length if length is not None and length >= 0 else None,
    )


def sql_of(piece: Piece) -> Sql | None:
    """Its query; None without one."""
    block = mapping(piece.raw.get("sql"))
    if not block:
        return None
    database = (text(block.get("database_type")), text(block.get("database_version")))
    return Sql(
        query=text(block.get("sanitized_query")),
        url=text(block.get("url")) or text(block.get("connection_string")),
        database=" ".join(filter(None, database)),
        driver=text(block.get("driver_version")),
        user=text(block.get("user")),
        preparation=text(block.get("preparation")),
    )


def annotations_of(piece: Piece) -> dict[str, str]:
    """Annotations as text, as searches of traces write them."""
    raw = mapping(piece.raw.get("annotations"))
    return {key: written for key, value in raw.items() if (written := text(value))} if raw else {}


def links_of(piece: Piece) -> tuple[str, ...]:
    """Ids of linked traces."""
    ids = (text(mapping(one).get("trace_id")) for one in items(piece.raw.get("links")))
    return tuple(dict.fromkeys(filter(None, ids)))
