"""Thresholds as a file, in the admin: download, upload or paste, see what would change, and only then change it."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.admin.site import site
from dashboard.thresholds.document import Entry, Problem, read_document, write_document
from dashboard.thresholds.exchange import Difference, differences
from dashboard.thresholds.write import apply, entries, missing_targets

LONGEST = 1_000_000
"""Characters of a file; ten thousand thresholds are less."""
TEMPLATE = "admin/dashboard/thresholdrule/file.html"
TONES = {"added": "ok", "changed": "info", "removed": "warning"}


class FileForm(forms.Form):
    """A file, or its text."""

    file = forms.FileField(required=False, label="File", help_text="YAML, as it is downloaded here.")
    text = forms.CharField(
        required=False,
        max_length=LONGEST,
        strip=False,
        label="or its text",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "threshold-file"}),
    )
    prune = forms.BooleanField(
        required=False, label="Remove what the file does not name", help_text="Otherwise it is kept as it is."
    )

    def clean(self) -> dict[str, Any]:
        """One text, from wherever it came."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("file"):
            cleaned["text"] = self._read(cleaned["file"])
        elif not cleaned.get("text") and not self.errors:
            self.add_error("text", "Choose a file, or paste its text.")
        return cleaned

    def _read(self, file: Any) -> str:
        if file.size > LONGEST:
            self.add_error("file", f"It is longer than {LONGEST:,} bytes.")
            return ""
        try:
            return str(file.read().decode())
        except UnicodeDecodeError:
            self.add_error("file", "It is not text in UTF-8.")
            return ""


def download(request: HttpRequest) -> HttpResponse:
    """All thresholds that somebody set, as a file."""
    headers = {"Content-Disposition": 'attachment; filename="thresholds.yaml"'}
    return HttpResponse(write_document(entries()), content_type="application/yaml; charset=utf-8", headers=headers)


def exchange(request: HttpRequest) -> HttpResponse:
    """Take a file: say what it would change; change it when somebody who saw just that says so."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    text, prune = form.cleaned_data["text"], form.cleaned_data["prune"]
    wanted, problems = read_document(text)
    problems += missing_targets(wanted)
    shown = FileForm(initial={"text": text, "prune": prune})
    if problems:
        return _page(request, shown, problems=sorted(problems, key=lambda one: one.line))
    found = differences(entries(), wanted, prune=prune)
    seen = _fingerprint(found)
    if request.POST.get("seen") == seen:
        messages.success(request, f"Changed as the file says: {apply(found)}.")
        return redirect("admin:dashboard_thresholdrule_changelist")
    if request.POST.get("seen"):
        messages.warning(request, "Thresholds were changed meanwhile. Look again: nothing was changed by the file.")
    return _page(request, shown, wanted=wanted, found=found, seen=seen)


def _page(
    request: HttpRequest,
    form: FileForm,
    *,
    problems: Sequence[Problem] = (),
    wanted: Sequence[Entry] | None = None,
    found: Sequence[Difference] = (),
    seen: str = "",
) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": "Thresholds as a file",
        "form": form,
        "problems": problems,
        "looked": wanted is not None,
        "total": len(wanted or ()),
        "found": [(TONES[one.kind], one, _place(one.entry)) for one in found],
        "seen": seen,
    }
    return render(request, TEMPLATE, context)


def _place(entry: Entry) -> str:
    return f"{entry.scope} {entry.target}" if entry.scope else "everywhere"


def _fingerprint(found: Sequence[Difference]) -> str:
    """Of what was shown: applying anything else takes another look."""
    return hashlib.sha256("\n".join(map(str, found)).encode()).hexdigest()
