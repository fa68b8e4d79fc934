"""What our admin pages share: read-only tables, texts that hold lists and key=value lines."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest


def number_of(text: str) -> int:
    """A primary key from an address, or 0, which no row has."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


class CollectedAdmin(admin.ModelAdmin):
    """A table that collecting fills: looked at, never edited."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ListField(forms.CharField):
    """A list of texts, typed on lines or between commas; `pattern` is what each must match, `example` a good one."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def __init__(self, *, pattern: str = r".+", example: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern, self.example = pattern, example

    def prepare_value(self, value: Any) -> Any:
        """One line each."""
        return "\n".join(str(part) for part in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Split, keep the order, drop repetitions. Raises ValidationError that names the wrong part."""
        parts = list(dict.fromkeys(part.strip() for part in re.split(r"[\n,]", value or "") if part.strip()))
        for part in parts:
            if not re.fullmatch(self.pattern, part):
                raise forms.ValidationError(f"“{part}” is not of the form {self.example}.")
        return parts

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as lists."""
        return super().has_changed(self.prepare_value(initial), data)


class TagsField(forms.CharField):
    """Tags, typed as key=value on lines or between commas."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "app=checkout\nenv=prod"})

    def prepare_value(self, value: Any) -> Any:
        """One line each."""
        return "\n".join(f"{key}={text}" for key, text in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """Split into a dict. Raises ValidationError that names the wrong line."""
        lines = [line.strip() for line in re.split(r"[\n,]", value or "") if line.strip()]
        tags: dict[str, str] = {}
        for line in lines:
            key, equals, text = (part.strip() for part in line.partition("="))
            if not key or not equals:
                raise forms.ValidationError(f"“{line}” is not of the form key=value.")
            if len(key) > 128 or len(text) > 256:
                raise forms.ValidationError(f"“{key[:40]}…” is longer than AWS allows: keys 128, values 256.")
            if tags.setdefault(key, text) != text:
                raise forms.ValidationError(f"“{key}” has two values; a resource can carry only one.")
        return tags

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text."""
        return super().has_changed(self.prepare_value(initial), data)


class NamedField(forms.ModelChoiceField):
    """A stack or resource that is still there, typed by its name or, as the list picks it, by its number."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A text field says what to type."""
        return {"placeholder": "Name"} if isinstance(widget, forms.TextInput) else {}

    def to_python(self, value: Any) -> Any:
        """The row. Raises ValidationError when no row or several have the name."""
        text = value.strip() if isinstance(value, str) else ""
        if self.queryset is None or not text or number_of(text):
            return super().to_python(value)
        noun = self.queryset.model._meta.verbose_name
        found = list(self.queryset.filter(name=text, gone_at=None)[:2])
        if not found:
            raise forms.ValidationError(f"No {noun} is called “{text}”.")
        if len(found) > 1:
            raise forms.ValidationError(f"Several are called “{text}”: pick the {noun} with Find.")
        return found[0]


BY_NAME = {"stack": NamedField, "resource": NamedField}
"""For a form's `field_classes`."""


def named_errors(*forms_: forms.BaseForm) -> list[str]:
    """A form's errors, each with its field's label: 'Severity: This field is required', for example."""
    return [
        str(error) if name == "__all__" else f"{form[name].label}: {error}"
        for form in forms_
        for name, several in form.errors.items()
        for error in several
    ]
