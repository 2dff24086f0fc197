"""Write the table of lunar years 1899 to 2030 from the library borax (MIT), checked by lunardate.

Usage: tools/lunar_table.py, where both libraries are installed; neither is needed afterwards. Writes
xgz/rules/linkage/lunar_years.py: the new year's day and the days of each month.
"""

import subprocess
from datetime import date, timedelta
from pathlib import Path

from borax.calendars.lunardate import LunarDate as Borax
from lunardate import LunarDate as Second

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "xgz" / "rules" / "linkage" / "lunar_years.py"
FIRST, LAST = 1900, 2030
# Months whose new moon fell within minutes of midnight: the second library takes the day before,
# as almanacs of Hong Kong did; on the mainland the month began as the first library has it.
DISPUTED = ("1933-07-22", "1954-11-25", "1978-09-02")
HEAD = '''"""Lunar years: the first day, then the days of each month; "+" marks a leap month (LK-6).

Made by tools/lunar_table.py from borax 4.1.3 (MIT), checked day by day against lunardate 0.3.0.
"""

'''


def main() -> None:
    day = Borax(FIRST, 1, 1).to_solar_date()
    years: dict[int, tuple[date, list[list[int]]]] = {}
    while (lunar := Borax.from_solar(day)).year <= LAST:
        other = Second.from_solar_date(day.year, day.month, day.day)
        ours = (lunar.year, lunar.month, lunar.day, bool(lunar.leap))
        theirs = (other.year, other.month, other.day, bool(other.isLeapMonth))
        if ours != theirs and not _is_disputed(day):
            raise SystemExit(f"{day}: {ours} is not {theirs}")
        months = years.setdefault(lunar.year, (day, []))[1]
        if lunar.day == 1:
            months.append([lunar.month, int(lunar.leap), 0])
        months[-1][2] += 1
        day += timedelta(days=1)
    lines = []
    for year, (first, months) in years.items():
        lengths = " ".join(f"{'+' if leap else ''}{days}" for _, leap, days in months)
        lines.append(f'    {year}: "{first.isoformat()} {lengths}",')
    text = HEAD + "LUNAR_YEARS: dict[int, str] = {\n" + "\n".join(lines) + "\n}\n"
    TARGET.write_text(text, encoding="utf-8")
    subprocess.run([ROOT / ".venv/bin/ruff", "format", "-q", TARGET], check=True)


def _is_disputed(day: date) -> bool:
    return any(0 <= (day - date.fromisoformat(first)).days < 30 for first in DISPUTED)


if __name__ == "__main__":
    main()
