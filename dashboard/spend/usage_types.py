"""What the code before a usage type says of its region: 'EUC1-Lambda-GB-Second' is used in eu-central-1.

Source: https://docs.aws.amazon.com/cur/latest/userguide/ (region codes in usage types); the oldest regions have short
codes, us-east-1 often none.
"""

import re

CODES = {
    "USE1": "us-east-1",
    "USE2": "us-east-2",
    "USW1": "us-west-1",
    "USW2": "us-west-2",
    "CAN1": "ca-central-1",
    "EU": "eu-west-1",
    "EUW1": "eu-west-1",
    "EUW2": "eu-west-2",
    "EUW3": "eu-west-3",
    "EUC1": "eu-central-1",
    "EUC2": "eu-central-2",
    "EUN1": "eu-north-1",
    "EUS1": "eu-south-1",
    "APN1": "ap-northeast-1",
    "APN2": "ap-northeast-2",
    "APN3": "ap-northeast-3",
    "APS1": "ap-southeast-1",
    "APS2": "ap-southeast-2",
    "APS3": "ap-south-1",
    "SAE1": "sa-east-1",
    "UGW1": "us-gov-west-1",
}
_CODE = re.compile(r"^([A-Z]{2,4}\d?)-")
HOME = "us-east-1"


def region_of(usage_type: str) -> str:
    """The region of a usage type; that of global services and of what has no code is us-east-1."""
    found = _CODE.match(usage_type)
    return CODES.get(found.group(1), HOME) if found else HOME
