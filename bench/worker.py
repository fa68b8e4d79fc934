"""One worker process of collect.cycle: polls its share of the parts each time it is told the time.

python -m bench.worker NUMBER OF
"""

import sys
from datetime import datetime

from bench import dataset
from dashboard import aws
from dashboard.inventory.models import Account
from dashboard.metrics.collect import collect, sources_of

if __name__ == "__main__":
    number, of = int(sys.argv[1]), int(sys.argv[2])
    account = Account.objects.get()
    region = aws.open(dataset.CONNECTION, dataset.REGION)
    parts = next(parts for _, source, parts in sources_of(account) if source == "metrics_5m")
    for line in sys.stdin:
        for part in range(number, parts, of):
            came = collect(
                account, dataset.REGION, "metrics_5m", part, aws=region, now=datetime.fromisoformat(line.strip())
            )
            if came.errors:
                raise came.errors[0]
        print("done", flush=True)
