"""Figures and dates as offices write them: 187,342 and 2026-11-23 (Django groups Chinese by four)."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
