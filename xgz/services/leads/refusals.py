"""Why something about a lead is not done."""


class NoTownship(Exception):
    """A lead lies in a township; this body is none."""


class NotAnInstructorHere(Exception):
    """Who is to be sent instructs at no office that serves the township (LD-5)."""


class NotInNotice(Exception):
    """The person reported under a notice that promised not to tell market regulation (SR-3)."""


class DayNotPossible(Exception):
    """The day lies in the future, or before anything was known."""


class TransferMissing(Exception):
    """No transfer of this member is under way or was accepted since the lead was opened (LD-9)."""


class HostMissing(Exception):
    """Floating registration needs an active organisation that takes the member in (LD-9)."""


class MemberNotEntered(Exception):
    """Floating registration is written on the roster, and nobody of the roster was found (LD-9)."""


class OtherTownship(Exception):
    """The business lies in another township than the lead (LD-1)."""


class BusinessMissing(Exception):
    """A joint branch needs the business the member works at (LD-9)."""


class NotFormedYet(Exception):
    """The member is in a formation that is not approved, or whose township the relation is not in (LD-18)."""


class PlaceTaken(Exception):
    """The lead cannot be said to lie there: another one of the person does, or nobody is to be asked."""


class MemberNotNamed(Exception):
    """The roster check says the person was found and names no member (LD-7)."""


class NameDiffers(Exception):
    """The roster's member bears another name than the lead; that it is the same person is to be said,

    with the reason (LD-7).
    """


class NobodyMet(Exception):
    """Whoever was not met said nothing of themselves (LD-6)."""


class WordsMissing(Exception):
    """A relation outside the district is proven in writing; who confirmed it is to be said (LD-7)."""


class ProtectedAlready(Exception):
    """The member is protected, or is not where that was to end."""
