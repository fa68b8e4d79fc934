"""Forms of channels, one per kind: what it needs, and secrets that can be written and never read."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.validators import validate_email
from django.utils import timezone

from dashboard.admin.shape import ListField
from dashboard.notify.models import Channel

TOPIC = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?"


class ChannelForm(forms.ModelForm):
    """What all kinds have. `settings` are the fields that make up the channel's config."""

    kind: ClassVar[str]
    about: ClassVar[str]
    settings: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Channel
        fields = ("name", "team", "enabled", "per_minute")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.settings:
            self.initial.setdefault(name, self.instance.config.get(name))
        if self.instance.secret and "secret" in self.fields:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = "One is stored, and not shown. Fill this in to replace it."

    def save(self, commit: bool = True) -> Any:
        """Put together config and secret; a secret that is left blank stays."""
        self.instance.kind = self.kind
        self.instance.config = {name: self.cleaned_data[name] for name in self.settings}
        if self.cleaned_data.get("secret"):
            self.instance.secret = self.cleaned_data["secret"]
            self.instance.secret_set_at = timezone.now()
        return super().save(commit)


def secret_field(label: str, help_text: str, *, required: bool = True) -> forms.CharField:
    """A field whose content goes in and never comes out."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False)
    return forms.CharField(label=label, help_text=help_text, widget=widget, required=required, max_length=2000)


def check_address(url: str) -> str:
    """The address, when it may be one. Raises ValidationError; whether it leads anywhere the test tells."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise forms.ValidationError("This is no web address. It starts with https:// and holds no user name.")
    return url


class EmailForm(ChannelForm):
    """Mail to people or lists."""

    kind, settings = Channel.Kind.EMAIL, ("to",)
    about = "To people or lists, through the server of EMAIL_URL."
    to = ListField(label="Recipients", help_text="Addresses, one per line.")

    def clean_to(self) -> list[str]:
        """Each must be an address."""
        for address in self.cleaned_data["to"]:
            validate_email(address)
        return list(self.cleaned_data["to"])


class AddressForm(ChannelForm):
    """A channel whose address is the secret."""

    def clean_secret(self) -> str:
        """Blank keeps what is stored."""
        text = str(self.cleaned_data["secret"]).strip()
        return check_address(text) if text else ""


class SlackForm(AddressForm):
    """Slack, by an incoming webhook."""

    kind = Channel.Kind.SLACK
    about = "To a channel of Slack, by an incoming webhook."
    secret = secret_field("Webhook URL", "In Slack: Apps, Incoming Webhooks, Add to Slack. It is stored encrypted.")


class TeamsForm(AddressForm):
    """Microsoft Teams, by a workflow."""

    kind = Channel.Kind.TEAMS
    about = "To a chat or channel of Teams, by a workflow."
    secret = secret_field(
        "Workflow URL", "In Teams: Workflows, “Send webhook alerts to a channel”. It is stored encrypted."
    )


class PagerDutyForm(ChannelForm):
    """PagerDuty's Events API v2."""

    kind, settings = Channel.Kind.PAGERDUTY, ("region",)
    about = "To a service of PagerDuty: alerts open, acknowledge and resolve incidents."
    region = forms.ChoiceField(choices=[("us", "United States"), ("eu", "European Union")], label="Service region")
    secret = secret_field("Integration key", "In PagerDuty: the service, Integrations, Events API V2. 32 characters.")

    def clean_secret(self) -> str:
        """Blank keeps what is stored."""
        key = str(self.cleaned_data["secret"]).strip()
        if key and len(key) != 32:
            raise forms.ValidationError("An integration key has 32 characters.")
        return key


class SnsForm(ChannelForm):
    """An SNS topic."""

    kind, settings = Channel.Kind.SNS, ("topic_arn",)
    about = "To a topic of a connected AWS account, and whatever subscribes to it."
    topic_arn = forms.RegexField(
        TOPIC,
        label="Topic ARN",
        error_messages={"invalid": "This is not the ARN of an SNS topic: arn:aws:sns:eu-west-1:111122223333:alerts."},
        help_text="The account must be connected, and its role allowed to publish; the statement stands below once "
        "this is saved.",
    )


class WebhookForm(ChannelForm):
    """Our own JSON to any address."""

    kind, settings = Channel.Kind.WEBHOOK, ("url",)
    about = "To a program of your own: signed JSON in a documented form."
    url = forms.CharField(label="Address", max_length=2000, help_text="https://…; it is shown here and in the history.")
    secret = secret_field("Signing secret", "Signs what is sent. It is stored encrypted.", required=False)

    def clean_url(self) -> str:
        """An address that can be asked."""
        return check_address(str(self.cleaned_data["url"]).strip())


FORMS: Mapping[str, type[ChannelForm]] = {
    form.kind: form for form in (EmailForm, SlackForm, TeamsForm, PagerDutyForm, SnsForm, WebhookForm)
}
