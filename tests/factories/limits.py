"""The limits that hold where the district has set nothing."""

from xgz.rules.parameters import PARAMETERS, organisation_limits, work_limits

DEFAULTS = {key: parameter.default for key, parameter in PARAMETERS.items()}
LIMITS = organisation_limits(DEFAULTS)
WORK_LIMITS = work_limits(DEFAULTS)
