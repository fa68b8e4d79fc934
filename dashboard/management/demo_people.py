"""People and teams of the demo, and of the demo alone: their passwords are their names."""

from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.access.roles import ADMIN, OPERATOR, VIEWER
from dashboard.access.write import create_user
from dashboard.inventory.models import Stack

PEOPLE = ((ADMIN, True), (OPERATOR, True), (VIEWER, False))
TEAMS_OF_VIEWER = ("payments", "storefront")


def create_people() -> None:
    """Create the three people who are missing: admin and operator see everything, the viewer two teams' stacks."""
    teams = [Team.objects.get_or_create(name=name)[0] for name in TEAMS_OF_VIEWER]
    for role, see_all in PEOPLE:
        if not User.objects.filter(username=role).exists():
            user = create_user(role, role, role, see_all=see_all, teams=() if see_all else teams)
            User.objects.filter(pk=user.pk).update(email=f"{role}@shop.example")


def give_stacks_to_teams() -> None:
    """Give every stack that nobody has to the team named by its owner tag."""
    for stack in Stack.objects.filter(team=None).exclude(owner=""):
        stack.team, _ = Team.objects.get_or_create(name=stack.owner)
        stack.save(update_fields=["team"])
