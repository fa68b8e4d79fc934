"""Tables of traces: who calls whom per span of time, sampled traces, and the documents of those that were opened."""

from django.db import models

from dashboard.inventory.models import Account, Resource


class TraceGroup(models.Model):
    """An X-Ray group: a filter on traces with a service graph of its own. All traces need none."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="trace_groups")
    region = models.CharField(max_length=25)
    name = models.CharField(max_length=64)
    arn = models.CharField(max_length=400)
    filter_expression = models.TextField(blank=True)
    collected = models.BooleanField(default=False, help_text="Ask X-Ray for this group's service graph too.")

    class Meta:
        ordering = ("account", "region", "name")
        constraints = (models.UniqueConstraint(fields=("account", "region", "name"), name="trace_group_once"),)

    def __str__(self) -> str:
        return self.name


class TraceSource(models.Model):
    """Where the traces of an account and region are kept, as X-Ray says."""

    class Destination(models.TextChoices):
        """What GetTraceSegmentDestination answers."""

        XRAY = "XRay", "X-Ray"
        TRANSACTION_SEARCH = "CloudWatchLogs", "Transaction Search"

    account = models.ForeignKey(Account, models.CASCADE, related_name="trace_sources")
    region = models.CharField(max_length=25)
    destination = models.CharField(max_length=16, choices=Destination.choices, default=Destination.XRAY)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "region"), name="trace_source_once"),)


class Node(models.Model):
    """What X-Ray calls a service: a function, a table, a remote host, the clients of an entry point."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="trace_nodes", help_text="The account it is in.")
    region = models.CharField(max_length=25)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=128, help_text="As X-Ray names it: AWS::Lambda::Function, client, remote.")
    resource = models.ForeignKey(Resource, models.SET_NULL, null=True, related_name="trace_nodes")
    confirmed = models.BooleanField(default=True, help_text="False: only another account's graph has told of it yet.")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "region", "name", "type"), name="trace_node_once"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.type})"


class Edge(models.Model):
    """One node calls another, or hands it messages (`link`)."""

    source = models.ForeignKey(Node, models.CASCADE, related_name="edges_out")
    target = models.ForeignKey(Node, models.CASCADE, related_name="edges_in")
    kind = models.CharField(max_length=16, blank=True, help_text="X-Ray's EdgeType: blank, or link behind a queue.")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "target"), name="trace_edge_once"),)

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class GraphSlice(models.Model):
    """The service graph of one span: packed tallies of nodes and edges (dashboard/traces/tally.py)."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    region = models.CharField(max_length=25)
    group = models.CharField(max_length=64, blank=True, help_text="Name of an X-Ray group; blank: all traces.")
    period = models.PositiveIntegerField(help_text="Seconds: 60, 600, 3600 or 86400.")
    at = models.PositiveIntegerField(help_text="Unix time of its start.")
    nodes = models.BinaryField()
    edges = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "region", "group", "period", "at"), name="graph_slice_once"),
        )
        indexes = (models.Index(fields=("period", "at")),)


class TraceFact(models.Model):
    """One thing that can be true of a trace: an annotation's value, a URL, a user, a node on the way."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    key = models.CharField(max_length=128, help_text="For example annotation.version, http.url, node, fault.node.")
    value = models.CharField(max_length=512)
    seen_on = models.DateField(help_text="Day of the newest trace that has it; facts that no stored trace has go.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "key", "value"), name="trace_fact_once"),)

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class TraceChunk(models.Model):
    """Summaries of the sampled traces that started within one span, packed in columns."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    region = models.CharField(max_length=25)
    at = models.PositiveIntegerField(help_text="Unix time of the span's start.")
    traces = models.PositiveIntegerField(help_text="How many.")
    seen = models.PositiveIntegerField(default=0, help_text="How many X-Ray had in this span, sampled ones included.")
    cut = models.BooleanField(default=False, help_text="There were more bad and slow ones; the worst are here.")
    packed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "region", "at"), name="trace_chunk_once"),)
        indexes = (models.Index(fields=("at",)),)


class TraceDocument(models.Model):
    """The segments of one trace as X-Ray gave them, compressed."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="trace_documents")
    region = models.CharField(max_length=25)
    trace_id = models.CharField(max_length=64)
    segments = models.BinaryField(help_text="A compressed JSON list of segment documents; empty: being fetched.")
    wanted_at = models.DateTimeField(help_text="When it was last asked to be fetched.")
    fetched_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, help_text="Why it could not be fetched.")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "trace_id"), name="trace_document_once"),)

    def __str__(self) -> str:
        return self.trace_id
