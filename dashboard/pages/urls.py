"""Addresses of the pages."""

from django.urls import URLPattern, path

from dashboard.pages.acknowledge import acknowledge
from dashboard.pages.alarms import alarms
from dashboard.pages.alert import acknowledge_alert, alert, assign_alert, comment_on_alert, silence_alert
from dashboard.pages.alert_traced import alert_traced
from dashboard.pages.alerts import alerts
from dashboard.pages.bell import newest_alerts, stack_alerts
from dashboard.pages.collectors import collectors, pause_target, poll, resume_target
from dashboard.pages.connect import connect, connect_progress
from dashboard.pages.coverage import alert_coverage
from dashboard.pages.digests import (
    confirm,
    digest,
    digest_mail,
    digest_mail_body,
    digest_preview,
    digests,
    leave,
    send_mail_again,
    send_test,
    subscribe,
    unsubscribe,
)
from dashboard.pages.digests import preferences as digest_preferences
from dashboard.pages.gallery import gallery
from dashboard.pages.map import edge_panel, node_panel, service_map
from dashboard.pages.outbox import outbox, try_again
from dashboard.pages.overview import overview
from dashboard.pages.preferences import preferences
from dashboard.pages.resource import resource
from dashboard.pages.search import search
from dashboard.pages.sign_in import password, sign_in, sign_out
from dashboard.pages.silences import end_silence_now, silences
from dashboard.pages.slo import slo
from dashboard.pages.slos import slos, stack_slos
from dashboard.pages.spend import (
    budget,
    budgets,
    resource_burn,
    spend,
    spend_ahead,
    spend_burning,
    spend_csv,
    spend_live,
    spend_month,
    spend_months,
    spend_months_csv,
    spend_observing,
    spend_tile,
    stack_burn,
    stack_spend,
)
from dashboard.pages.stack import stack
from dashboard.pages.status import healthz, metrics, readyz
from dashboard.pages.trace import segment, trace
from dashboard.pages.traced import resource_traced, stack_traced
from dashboard.pages.traces import traces

urlpatterns: list[URLPattern] = [
    path("", overview, name="overview"),
    path("stacks/<int:pk>/", stack, name="stack"),
    path("stacks/<int:pk>/traced/", stack_traced, name="stack_traced"),
    path("stacks/<int:pk>/burn/", stack_burn, name="stack_burn"),
    path("resources/<int:pk>/burn/", resource_burn, name="resource_burn"),
    path("stacks/<int:pk>/spend/", stack_spend, name="stack_spend"),
    path("stacks/<int:pk>/objectives/", stack_slos, name="stack_slos"),
    path("stacks/<int:pk>/alerts/", stack_alerts, name="stack_alerts"),
    path("resources/<int:pk>/", resource, name="resource"),
    path("resources/<int:pk>/traced/", resource_traced, name="resource_traced"),
    path("map/", service_map, name="map"),
    path("map/nodes/<ident>/", node_panel, name="map_node"),
    path("map/edges/<ident>/", edge_panel, name="map_edge"),
    path("traces/", traces, name="traces"),
    path("traces/<trace_id>/", trace, name="trace"),
    path("traces/<trace_id>/rows/<int:position>/", segment, name="trace_segment"),
    path("alerts/", alerts, name="alerts"),
    path("alerts/newest/", newest_alerts, name="newest_alerts"),
    path("alerts/coverage/", alert_coverage, name="alert_coverage"),
    path("alerts/<int:pk>/", alert, name="alert"),
    path("alerts/<int:pk>/traced/", alert_traced, name="alert_traced"),
    path("alerts/<int:pk>/acknowledge/", acknowledge_alert, name="alert_acknowledge"),
    path("alerts/<int:pk>/assign/", assign_alert, name="alert_assign"),
    path("alerts/<int:pk>/comment/", comment_on_alert, name="alert_comment"),
    path("alerts/<int:pk>/silence/", silence_alert, name="alert_silence"),
    path("alerts/links/<token>/", acknowledge, name="acknowledge"),
    path("alarms/", alarms, name="alarms"),
    path("slos/", slos, name="slos"),
    path("slos/<int:pk>/", slo, name="slo"),
    path("silences/", silences, name="silences"),
    path("silences/<int:pk>/end/", end_silence_now, name="silence_end"),
    path("digests/", digests, name="digests"),
    path("digests/<int:pk>/", digest, name="digest"),
    path("digests/<int:pk>/preview/", digest_preview, name="digest_preview"),
    path("digests/<int:pk>/test/", send_test, name="digest_test"),
    path("digests/<int:pk>/subscribe/", subscribe, name="digest_subscribe"),
    path("digests/<int:pk>/leave/", leave, name="digest_leave"),
    path("digests/mails/<int:pk>/", digest_mail, name="digest_mail"),
    path("digests/mails/<int:pk>/body/", digest_mail_body, name="digest_mail_body"),
    path("digests/mails/<int:pk>/again/", send_mail_again, name="digest_mail_again"),
    path("digests/links/<token>/unsubscribe/", unsubscribe, name="digest_unsubscribe"),
    path("digests/links/<token>/", digest_preferences, name="digest_preferences"),
    path("digests/addresses/<token>/", confirm, name="digest_address"),
    path("spend/", spend, name="spend"),
    path("spend/table.csv", spend_csv, name="spend_csv"),
    path("spend/live/", spend_live, name="spend_live"),
    path("spend/months/", spend_months, name="spend_months"),
    path("spend/months/table.csv", spend_months_csv, name="spend_months_csv"),
    path("spend/month/", spend_month, name="spend_month"),
    path("spend/burning/", spend_burning, name="spend_burning"),
    path("spend/tile/", spend_tile, name="spend_tile"),
    path("spend/ahead/", spend_ahead, name="spend_ahead"),
    path("spend/observing/", spend_observing, name="spend_observing"),
    path("spend/budgets/", budgets, name="budgets"),
    path("spend/budgets/<ident>/", budget, name="budget"),
    path("collectors/", collectors, name="collectors"),
    path("collectors/messages/", outbox, name="outbox"),
    path("collectors/messages/<int:pk>/again/", try_again, name="delivery_again"),
    path("collectors/<int:pk>/poll/", poll, name="poll_now"),
    path("collectors/<int:pk>/pause/", pause_target, name="pause_target"),
    path("collectors/<int:pk>/resume/", resume_target, name="resume_target"),
    path("search/", search, name="search"),
    path("gallery/", gallery, name="gallery"),
    path("connect/", connect, name="connect"),
    path("connect/<int:account_id>/", connect_progress, name="connect_progress"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", password, name="password"),
    path("preferences/", preferences, name="preferences"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
