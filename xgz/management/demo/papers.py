"""Papers of the demo county: issued with numbers, one still a draft, one made void and issued anew."""

from dataclasses import dataclass
from typing import Any

from xgz.access.actor import Actor
from xgz.access.cases import visible_cases
from xgz.management.demo.cast import Cast
from xgz.models import Case, Formation, TermElection
from xgz.queries.papers import phase_of
from xgz.rules.elections import ElectionParty, ElectionState
from xgz.rules.formations import FormationParty, FormationState
from xgz.rules.papers.kinds import PAPERS, Hand, PaperKind, deciding_party, fits
from xgz.services import papers

_K = PaperKind
_WRONG = "附件页码有误，收回重新印发"


@dataclass(frozen=True, slots=True)
class PaperSeeder:
    """cast: who acts. Papers are made of cases as they stand, in the days before today."""

    cast: Cast

    def seed(self) -> int:
        """Make papers of the cases that are as far; return how many."""
        asked = self._first(Formation, state=FormationState.STEP_1)
        approved = self._first(Formation, state=FormationState.APPROVED, establishing__state="done")
        counted = self._first(TermElection, state=ElectionState.REPORTED)
        called = self._first(TermElection, state=ElectionState.READY, held_on=None)
        confirmed = self._first(TermElection, state=ElectionState.CONFIRMED)
        made = (
            self._issue(asked, _K.REQUEST, 5),
            self._draft(asked, _K.ROSTER, 4),
            self._issue(approved, _K.REPLY, 7, void=True),
            self._issue(approved, _K.REPLY, 6),
            self._issue(approved, _K.FILING, 5),
            self._issue(called, _K.ELECTION_NOTICE, 3),
            self._issue(called, _K.BALLOT, 2),
            self._issue(counted, _K.MINUTES, 4),
            self._issue(counted, _K.RESULT, 3),
            self._issue(confirmed, _K.CONFIRMATION, 2),
        )
        return sum(made)

    def _first(self, model: type[Case], **wanted: Any) -> Case | None:
        return visible_cases(self.cast.operator, model).filter(**wanted).order_by("pk").first()

    def _draft(self, case: Case | None, kind: PaperKind, days_ago: int) -> bool:
        if case is None or not fits(kind, phase_of(case)):
            return False
        actor = self._hand(case, kind, days_ago)
        papers.make_paper(actor=actor, case=case, kind=kind, now=self.cast.at(actor.today))
        return True

    def _issue(
        self, case: Case | None, kind: PaperKind, days_ago: int, *, void: bool = False
    ) -> bool:
        """Make and issue a paper; void: it turns out to be wrong the same day."""
        if case is None or not fits(kind, phase_of(case)):
            return False
        actor = self._hand(case, kind, days_ago)
        now = self.cast.at(actor.today)
        paper = papers.make_paper(actor=actor, case=case, kind=kind, now=now)
        papers.issue_paper(actor=actor, case=case, paper=paper, now=now)
        if void:
            papers.void_paper(actor=actor, case=case, paper=paper, reason=_WRONG, now=now)
        return True

    def _hand(self, case: Case, kind: PaperKind, days_ago: int) -> Actor:
        """Return who makes a paper of this kind: the party of the case its hand belongs to."""
        decider = deciding_party(case.procedure) if isinstance(case, Formation) else ""
        party: dict[Hand, str] = {
            Hand.PREPARER: FormationParty.PREPARER,
            Hand.KEEPER: FormationParty.ROSTER,
            Hand.DECIDER: decider,
            Hand.BRANCH: ElectionParty.BRANCH,
            Hand.SUPERIOR: ElectionParty.COMMITTEE,
        }
        return self.cast.party(case, party[PAPERS[kind].hand], self.cast.day(days_ago))
