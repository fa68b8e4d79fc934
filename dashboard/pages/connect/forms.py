"""What the guide asks for."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from dashboard.inventory.models import Account
from dashboard.pages.connect.draft import Trial

Method = Account.Method
ROLE_ARN = r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,160}$"


class ReachForm(forms.Form):
    """Where credentials come from. The external id is never asked for: we make it."""

    name = forms.CharField(max_length=100, help_text="As you call the account, for example production.")
    method = forms.ChoiceField(
        label="Credentials",
        choices=[
            (Method.DEFAULT, "Those of this server (environment, instance role, container role)"),
            (Method.PROFILE, "A named profile of this server"),
            (Method.ROLE, "Assume a role in the account"),
        ],
        initial=Method.DEFAULT,
        widget=forms.RadioSelect,
    )
    profile = forms.CharField(
        max_length=100,
        help_text="As in ~/.aws/config.",
        widget=forms.TextInput({"data-for": "profile"}),
    )
    role_arn = forms.CharField(
        label="Role ARN",
        validators=[RegexValidator(ROLE_ARN, "A role ARN looks like arn:aws:iam::111122223333:role/stackdeck.")],
        widget=forms.TextInput({"data-for": "role", "placeholder": "arn:aws:iam::111122223333:role/stackdeck"}),
        help_text="You may enter it before the role exists; the next step shows what the role needs.",
    )

    def clean_name(self) -> str:
        """Names are how people tell accounts apart."""
        name = str(self.cleaned_data["name"])
        if Account.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"There is already an account called “{name}”.")
        return name

    def clean(self) -> dict[str, Any]:
        """Ask for what the method needs, and drop what it doesn't."""
        data = super().clean() or {}
        needed = {Method.PROFILE: "profile", Method.ROLE: "role_arn"}.get(data.get("method", ""))
        unneeded = [name for name in ("profile", "role_arn") if name != needed]
        for name in unneeded:
            self.errors.pop(name, None)
        return data | dict.fromkeys(unneeded, "")


class RegionsForm(forms.Form):
    """Where to look."""

    regions = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one region."},
        help_text="Only regions that are switched on in the account are listed. Each one is asked on its own.",
    )

    monthly_cap = forms.DecimalField(
        label="Monthly cap, USD",
        required=False,
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=2,
        help_text="Blank: the default of this installation.",
    )

    def __init__(self, trial: Trial, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(region, _described(region, trial.stacks.get(region, 0))) for region in trial.regions]
        self.fields["regions"].choices = choices  # type: ignore[attr-defined]


def _described(region: str, stacks: int) -> str:
    """The region, and what is there."""
    return f"{region} · {stacks} {'stack' if stacks == 1 else 'stacks'}" if stacks else region
