"""Dates inside text, read by both databases with the same arithmetic: nothing of theirs is asked, since they disagree and raise."""

from __future__ import annotations

DAY = 86_400_000
_DIGITS = "'0123456789'"


def read(text: str) -> str:
    """`with …` up to a table `w` of one row about a text: `day` (counted from 1 January 1970, as it is written), `m`, `d`, and `at`,
    the instant, where a time is written too; without an offset it is UTC. All are null where it is no date that exists.

    Each step is limited to one row, so that no database puts it into the next one again and again; and none stands inside another,
    since SQLite's parser counts."""
    steps = [f"select {text} as v", *_STEPS]
    named = [f"q{i} as ({step}{f' from q{i - 1}' if i else ''} limit 1)" for i, step in enumerate(steps)]
    last = f"select m, d, day, case when form = 1 then day * {DAY} + past end as at from q{len(named) - 1} limit 1"
    return f"with {', '.join(named)}, w as ({last})"


_VALID = (
    "y >= 1 and m between 1 and 12 and d >= 1 and form < 2 and hms / 10000 < 24 and hms / 100 % 100 < 60 and hms % 100 < 60 "
    "and off / 100 < 24 and off % 100 < 60 and d <= longest"
)
_STEPS = (
    "select substr(v, 1, 4) || substr(v, 6, 2) || substr(v, 9, 2) as ymd, substr(v, 11) as rest, "
    "substr(v, 5, 1) || substr(v, 8, 1) as dashes",
    # The date as a number, and how long the offset is.
    f"select case when dashes = '--' and length(ymd) = 8 and ltrim(ymd, {_DIGITS}) = '' then cast(ymd as integer) end as ymd, rest, "
    "case when substr(rest, length(rest), 1) in ('Z', 'z') then 1 "
    "when length(rest) >= 12 and substr(rest, length(rest) - 5, 1) in ('+', '-') and substr(rest, length(rest) - 2, 1) = ':' then 6 "
    "when length(rest) >= 11 and substr(rest, length(rest) - 4, 1) in ('+', '-') then 5 else 0 end as zl",
    "select ymd, rest, substr(rest, 1, length(rest) - zl) as t, "
    "case when zl > 1 then replace(substr(rest, length(rest) - zl + 2), ':', '') else '0000' end as off, "
    "case when zl > 1 and substr(rest, length(rest) - zl + 1, 1) = '-' then -1 else 1 end as sign",
    # Hours, minutes and, where they are written, seconds.
    "select ymd, rest, off, sign, substr(t, 2, 2) || substr(t, 5, 2) || case when length(t) = 6 then '00' else substr(t, 8, 2) end as hms, "
    "substr(t, 11) as frac, "
    "case when substr(t, 1, 1) not in ('T', 't', ' ') or substr(t, 4, 1) <> ':' then 0 when length(t) = 6 then 1 "
    "when substr(t, 7, 1) <> ':' then 0 when length(t) = 9 then 1 when substr(t, 10, 1) <> '.' then 0 "
    "when length(t) between 11 and 19 then 1 else 0 end as ok",
    # 0: a date. 1: with a time. 2: neither.
    "select ymd / 10000 as y, ymd / 100 % 100 as m, ymd % 100 as d, case when rest = '' then 0 "
    f"when ok = 1 and length(hms) = 6 and length(off) = 4 and ltrim(hms || off || frac, {_DIGITS}) = '' then 1 else 2 end as form, "
    "hms, off, sign, frac",
    "select y, m, d, form, y - case when m <= 2 then 1 else 0 end as yy, m + case when m > 2 then -3 else 9 end as mm, "
    "case when y % 400 = 0 then 1 when y % 100 = 0 then 0 when y % 4 = 0 then 1 else 0 end as leap, sign, "
    "case when form = 1 then cast(hms as integer) else 0 end as hms, case when form = 1 then cast(off as integer) else 0 end as off, "
    "case when form = 1 then cast(substr(frac || '000', 1, 3) as integer) else 0 end as ms",
    "select m, d, form, y, yy, mm, hms, off, ms, sign, hms / 10000 * 60 + hms / 100 % 100 as minutes, off / 100 * 60 + off % 100 as ahead, "
    "case when m = 2 then 28 + leap when m = 4 then 30 when m = 6 then 30 when m = 9 then 30 when m = 11 then 30 else 31 end as longest",
    "select m, d, form, 153 * mm + 2 as months, y, yy, hms, off, longest, "
    "minutes * 60000 + hms % 100 * 1000 + ms - sign * ahead * 60000 as past",
    f"select m, d, form, past, case when {_VALID} then 365 * yy + yy / 4 - yy / 100 + yy / 400 + months / 5 + d - 719469 end as day",
)


def in_year(month: str, day: str, first: str, leap: str) -> str:
    """The day on which a day and month fall in a year that begins with the day `first`; 29 February is the 28th where there is none."""
    before = f"(367 * {month} - 362) / 12"
    late = f"case when {month} > 2 then {leap} - 2 when {month} = 2 and {day} = 29 then {leap} - 1 else 0 end"
    return f"({first} + {before} + {day} - 1 + {late})"


def length_of(month: str, leap: str) -> str:
    """How many days a month has."""
    return f"(case when {month} = 2 then 28 + {leap} when {month} in (4, 6, 9, 11) then 30 else 31 end)"
