"""Decisions about alerts, stored: the judge's, and people's."""

from dashboard.alerts.write.apply import apply_findings
from dashboard.alerts.write.escalate import escalate
from dashboard.alerts.write.people import acknowledge, assign, comment, end_silence, silence
from dashboard.alerts.write.tell import tell_untold

__all__ = ["acknowledge", "apply_findings", "assign", "comment", "end_silence", "escalate", "silence", "tell_untold"]
