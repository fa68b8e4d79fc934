"""Reads a signed request: who asks, which region, which operation of which service, with which parameters."""

import gzip
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.utils import parse_timestamp
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_CLIENT_OF_SIGNING_NAME = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "servicequotas": "service-quotas",
}


@dataclass(frozen=True)
class Scope:
    """The SigV4 credential scope."""

    key_id: str
    region: str
    signing_name: str


@dataclass(frozen=True)
class Call:
    """An operation that is asked for."""

    service: str
    operation: OperationModel
    parameters: Mapping[str, Any]
    protocol: str

    @property
    def name(self) -> str:
        """The operation's name."""
        return str(self.operation.name)


def read_scope(environ: Mapping[str, Any]) -> Scope | None:
    """Key, region and service as signed; None when the request isn't signed."""
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return Scope(*found.groups()) if found else None


def buffer_body(environ: dict[str, Any]) -> bytes:
    """Read the body, unpack it when gzipped, and put it back so that it can be read again."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ.get("HTTP_CONTENT_ENCODING", "") == "gzip":
        body = gzip.decompress(body)
        del environ["HTTP_CONTENT_ENCODING"]
        environ["CONTENT_LENGTH"] = str(len(body))
    rewind(environ, body)
    return bytes(body)


def rewind(environ: dict[str, Any], body: bytes) -> None:
    """Make the body readable again."""
    environ["wsgi.input"] = io.BytesIO(body)


def client_name(scope: Scope, environ: Mapping[str, Any]) -> str:
    """The boto3 client that signs with this name."""
    if scope.signing_name == "apigateway" and environ.get("PATH_INFO", "").startswith("/v2/"):
        return "apigatewayv2"
    return _CLIENT_OF_SIGNING_NAME.get(scope.signing_name, scope.signing_name)


def read_call(service: str, environ: dict[str, Any]) -> Call | None:
    """The operation and its parameters; None when botocore's model knows no such operation."""
    request = Request(environ)
    try:
        operation, labels = get_service_router(service).match(request)
    except (HTTPException, NotImplementedError):
        return None
    model = get_service_model(service)
    protocol = determine_request_protocol(model, request.content_type)
    parser = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=parse_timestamp)
    parameters = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": labels,
        }
    )
    return Call(service, operation, parameters, protocol)
