"""What an alarm waits for and what it does, in words."""

from collections.abc import Sequence

from dashboard.aws.alarm_values import AlarmMetric, AlarmTest, ListedAlarm
from dashboard.core.units import write_figures

SIDES = {
    "GreaterThanThreshold": "above {line}",
    "GreaterThanOrEqualToThreshold": "at or above {line}",
    "LessThanThreshold": "below {line}",
    "LessThanOrEqualToThreshold": "at or below {line}",
    "GreaterThanUpperThreshold": "above the band that CloudWatch expects",
    "LessThanLowerThreshold": "below the band that CloudWatch expects",
    "LessThanLowerOrGreaterThanUpperThreshold": "outside the band that CloudWatch expects",
}
SIZES = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
ACTIONS = {
    "sns": "SNS topic {name}",
    "autoscaling": "scaling policy",
    "lambda": "Lambda function {name}",
    "ssm": "Systems Manager incident",
    "ssm-incidents": "Systems Manager incident",
    "automate": "EC2 action {name}",
    "swf": "EC2 action {name}",
    "aiops": "CloudWatch investigation",
}


def condition_of(alarm: ListedAlarm) -> str:
    """'Errors (Sum) above 25 in 3 of 5 periods of 5 min'; a composite alarm's own rule."""
    if alarm.test is None:
        return alarm.rule
    return f"{_measured(alarm.metrics, alarm.test)} {_line(alarm.test)} {_how_often(alarm.test)}"


def _measured(metrics: Sequence[AlarmMetric], test: AlarmTest) -> str:
    if test.expression:
        return f"{test.expression} of {', '.join(metric.name for metric in metrics)}" if metrics else test.expression
    return ", ".join(f"{metric.name} ({metric.statistic})" for metric in metrics)


def _line(test: AlarmTest) -> str:
    words = SIDES.get(test.comparison, test.comparison)
    return words.format(line="" if test.threshold is None else write_figures(test.threshold))


def _how_often(test: AlarmTest) -> str:
    length = f" of {_said(test.period)}" if test.period else ""
    if test.for_periods == test.of_periods:
        return f"for {test.for_periods} period{'s' if test.for_periods > 1 else ''}{length}"
    return f"in {test.for_periods} of {test.of_periods} periods{length}"


def _said(seconds: int) -> str:
    size, name = next((size, name) for size, name in SIZES if seconds % size == 0)
    return f"{seconds // size} {name}"


def say_action(arn: str) -> str:
    """'SNS topic ops-alarms' for an action's ARN."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return arn
    return ACTIONS.get(parts[2], parts[2]).format(name=parts[5].rsplit(":", 1)[-1].rsplit("/", 1)[-1])


def only_scales(actions: Sequence[str]) -> bool:
    """Whether an alarm exists to add and remove capacity: going off is then its daily work."""
    return bool(actions) and all(arn.split(":", 3)[2:3] == ["autoscaling"] for arn in actions)
