"""What a formation keeps from others while it is under way: its units and its people (FM-15)."""

from xgz.models import FormationMember, FormationUnit


def release(formation: int) -> None:
    """Let other formations plan with the units and people of this one, by row number.

    Call inside the transaction of the step that ends it: refused, withdrawn, set up or stopped.
    """
    FormationUnit.objects.filter(formation=formation).update(is_held=False)
    FormationMember.objects.filter(formation=formation).update(is_held=False)
