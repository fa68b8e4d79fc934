"""Page: what was sent? One letter exactly as it left, and how it fared."""

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import ADMIN, has_role, require_role
from dashboard.digests.write.letters import send_again
from dashboard.digests.write.render import Rendered
from dashboard.pages.digests.page import TONES, letters_of
from dashboard.pages.digests.preview import MAIL_POLICY, as_document
from dashboard.tasks import wake_digests


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type] # its stub knows no arguments
def digest_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a letter with what became of it."""
    row = get_object_or_404(letters_of(request).select_related("body", "schedule", "edition"), pk=pk)
    context = {
        "letter": row,
        "tone": TONES[row.state],
        "view": "text" if request.GET.get("view") == "text" else "mail",
        "admin": has_role(request.user, ADMIN),
        "ended": row.state not in row.OPEN,
    }
    return render(request, "digests/mail.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type] # its stub knows no arguments
def digest_mail_body(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored mail itself, without the links by which its recipient leaves."""
    body = get_object_or_404(letters_of(request).select_related("body"), pk=pk).body
    return as_document(Rendered(body.subject, body.html, body.text, body.images))


@require_POST
@require_role(ADMIN)
def send_mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter once more, as it was."""
    row = get_object_or_404(letters_of(request), pk=pk)
    if send_again(row, timezone.now()):
        wake_digests()
        messages.success(request, "It is sent again, exactly as it was.")
    else:
        messages.error(request, "It is still on its way.")
    return redirect("digest_mail", pk)
