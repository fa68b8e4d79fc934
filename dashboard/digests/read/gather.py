"""The content of one digest for one set of permissions."""

from datetime import datetime

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.digests.content import Content
from dashboard.digests.periods import Due
from dashboard.digests.read.alerts import alert_news
from dashboard.digests.read.collectors import blind_news
from dashboard.digests.read.movers import deploy_news, mover_news, read_measured
from dashboard.digests.read.plans import Plan
from dashboard.digests.read.selection import select
from dashboard.digests.read.slos import slo_news
from dashboard.digests.read.spend import spend_news


def gather(plan: Plan, scope: Scope, due: Due, now: datetime, *, late: bool = False) -> Content:
    """Read every section that the plan names and the scope allows."""
    about = select(plan, scope, Window(due.start, min(due.end, now)))
    wanted = set(plan.sections)
    measured = read_measured(about) if wanted & {"movers", "deploys"} else None
    return Content(
        name=plan.name,
        start=due.start,
        end=due.end,
        late=late,
        scope=plan.scope,
        href=about.listing("overview"),
        alerts=alert_news(about) if "alerts" in wanted else None,
        slos=slo_news(about) if "slos" in wanted else None,
        movers=mover_news(about, measured) if measured and "movers" in wanted else None,
        deploys=deploy_news(about, measured) if measured and "deploys" in wanted else None,
        spend=spend_news(about, now) if "spend" in wanted else None,
        collectors=blind_news(about) if "collectors" in wanted else None,
    )
