"""What our admin pages share: read-only tables, texts that hold lists and key=value lines."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest


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
