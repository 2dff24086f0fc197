"""How a piece of background work can end other than by being done."""


class AlreadyQueued(Exception):
    """A job for this subject waits or runs already."""


class NotCancellable(Exception):
    """The job is over, or no longer of a kind that can be stopped."""


class LeaseLost(Exception):
    """Another worker took the job over; what this one was about to write must not stay."""


class JobCancelled(Exception):
    """Somebody asked for the job to end."""


class JobHopeless(Exception):
    """Trying again would not help; what went wrong is noted on what the job works on."""


class JobPostponed(Exception):
    """What the job needs is taken just now; it is handed back for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class JobStopped(BaseException):
    """The worker was told to end; the job goes back to the queue as if nothing had begun.

    Not an Exception, like KeyboardInterrupt: it can come at any line, and no work may swallow it.
    """
