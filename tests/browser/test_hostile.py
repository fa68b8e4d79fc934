"""Names that come from AWS are text, whatever they contain."""

from collections.abc import Iterator

import pytest

from dashboard.inventory.models import Resource, Stack
from tests.browser.chromium import Person
from tests.processes.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<img src=x onerror=window.__ran=1>\"'><script>window.__ran=1</script>{{7*7}}"


@pytest.fixture
def hostile(filled: Installation) -> Iterator[tuple[int, int]]:
    """Give one stack and one of its resources hostile names for the time of a test."""
    with filled.rows() as alias:
        stack = Stack.objects.using(alias).get(name="orders-prod")
        resource = Resource.objects.using(alias).filter(stack=stack).first()
        assert resource is not None
        names = stack.description, resource.name, resource.tags, resource.facts
        Stack.objects.using(alias).filter(pk=stack.pk).update(name=HOSTILE[:128], description=HOSTILE, owner=HOSTILE)
        Resource.objects.using(alias).filter(pk=resource.pk).update(
            name=HOSTILE, tags={HOSTILE: HOSTILE}, facts=hostile_facts(resource)
        )
        try:
            yield stack.pk, resource.pk
        finally:
            Stack.objects.using(alias).filter(pk=stack.pk).update(
                name="orders-prod", description=names[0], owner=stack.owner
            )
            Resource.objects.using(alias).filter(pk=resource.pk).update(name=names[1], tags=names[2], facts=names[3])


def hostile_facts(resource: Resource) -> list[dict[str, str]]:
    """Its facts, each with a hostile value."""
    return [fact | {"value": HOSTILE} for fact in resource.facts]


def test_hostile_names_do_not_run(admin: Person, hostile: tuple[int, int]) -> None:
    stack, resource = hostile
    for path in (
        "/",
        f"/stacks/{stack}/",
        f"/resources/{resource}/",
        "/collectors/",
        "/search/?q=onerror",
        "/admin/dashboard/stack/",
        f"/admin/dashboard/stack/{stack}/change/",
    ):
        admin.open(path)
        assert admin.page.evaluate("window.__ran") is None, path
        assert admin.violations() == [], path
    admin.open(f"/resources/{resource}/")
    assert "<img src=x" in admin.page.inner_text("h1")
