//! Points in time as CloudTrail writes them: whole seconds of UTC. Knows no clock.

use std::fmt;

const SECONDS_PER_DAY: i64 = 86_400;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// Reads RFC 3339 and its relatives: a space for the `T`, fractions, offsets, no zone (taken as UTC), a bare date.
    pub fn parse(text: &str) -> Option<Moment> {
        usual(text).or_else(|| Moment::parse_carefully(text.trim()))
    }

    fn parse_carefully(text: &str) -> Option<Moment> {
        let (date, rest) = (text.get(..10)?, text.get(10..)?);
        let mut parts = date.split('-').map(number);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || date.len() != 10 {
            return None;
        }
        let midnight = days_from_civil(year, month, day) * SECONDS_PER_DAY;
        let Some(clock) = rest.strip_prefix(['T', 't', ' ']) else {
            return rest.is_empty().then_some(Moment(midnight));
        };
        let (seconds, zone) = clock_seconds(clock)?;
        Some(Moment(midnight + seconds - offset_seconds(zone)?))
    }

    /// The day, as days since 1970-01-01.
    pub fn day(self) -> i64 {
        self.0.div_euclid(SECONDS_PER_DAY)
    }

    /// The first moment of a day given as days since 1970-01-01.
    pub fn of_day(day: i64) -> Moment {
        Moment(day * SECONDS_PER_DAY)
    }

    /// The date alone, `YYYY-MM-DD`.
    pub fn date(self) -> String {
        let (year, month, day) = civil_from_days(self.day());
        format!("{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{}T{hours:02}:{minutes:02}:{seconds:02}Z", self.date())
    }
}

/// Reads times of which most are of the same day as the one before.
#[derive(Default)]
pub(super) struct Clock {
    /// The date that was read last, as text, and when it begins.
    last: Option<([u8; 10], i64)>,
}

impl Clock {
    /// The same as `Moment::parse`; `None` of what has escapes, too.
    pub(super) fn read(&mut self, text: &str) -> Option<Moment> {
        let usual = |clock: &mut Clock| {
            let (date, rest) = text.as_bytes().split_first_chunk::<10>()?;
            let seconds = usual_clock(rest)?;
            let known = clock.last.filter(|(last, _)| last == date);
            let (_, midnight) = *clock.last.insert(known.or_else(|| Some((*date, usual_midnight(date)?)))?);
            Some(Moment(midnight + seconds))
        };
        usual(self).or_else(|| Moment::parse(text).filter(|_| !text.contains('\\')))
    }
}

/// `2026-10-31T23:59:59Z`, as nearly all records have it.
fn usual(text: &str) -> Option<Moment> {
    let (date, rest) = text.as_bytes().split_first_chunk::<10>()?;
    Some(Moment(usual_midnight(date)? + usual_clock(rest)?))
}

/// When a day of the form `2026-10-31` begins.
fn usual_midnight(date: &[u8; 10]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let (year, month, day) = (two(y1, y2)? * 100 + two(y3, y4)?, two(m1, m2)?, two(d1, d2)?);
    let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
    is_day.then(|| days_from_civil(year, month, day) * SECONDS_PER_DAY)
}

/// The second of the day from what follows the date, `T23:59:59Z`.
fn usual_clock(rest: &[u8]) -> Option<i64> {
    let &[b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] = rest else { return None };
    let (hours, minutes, seconds) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    let are_digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    are_digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `HH:MM[:SS[.fraction]]` → seconds of the day and what follows (the zone).
fn clock_seconds(clock: &str) -> Option<(i64, &str)> {
    let hours = number(clock.get(..2)?)?;
    let minutes = number(clock.get(2..)?.strip_prefix(':')?.get(..2)?)?;
    let mut rest = clock.get(5..)?;
    let mut seconds = 0;
    if let Some(after) = rest.strip_prefix(':') {
        seconds = number(after.get(..2)?)?;
        rest = after.get(2..)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    (hours < 24 && minutes < 60 && seconds <= 60).then_some((hours * 3600 + minutes * 60 + seconds, rest))
}

fn offset_seconds(zone: &str) -> Option<i64> {
    let zone = zone.trim();
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let (hours, minutes) = (number(digits.get(..2)?)?, number(digits.get(2..4).unwrap_or("00"))?);
    Some(sign * (hours * 3600 + minutes * 60))
}

/// Days since 1970-01-01 of a proleptic Gregorian date.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Clock, Moment};

    fn case(text: &str, expected: Option<&str>) {
        assert_eq!(Moment::parse(text).map(|m| m.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_clock_reads_what_is_read_without_it() {
        let mut clock = Clock::default();
        let days =
            ["\0\0\0\0\0\0\0\0\0\0", "2026-10-31", "2026-10-31", "2026-11-01", "2026-02-31", "1969-12-31", "2026-10-3"];
        let times =
            ["T23:59:60Z", "T00:00:00Z", "T24:00:00Z", "T0x:00:00Z", "T23:59:59+02:00", "T12:00:00.5Z", "", "é"];
        for text in days.iter().flat_map(|day| times.map(|time| format!("{day}{time}"))) {
            assert_eq!(clock.read(&text), Moment::parse(&text), "{text:?}");
        }
    }

    #[test]
    fn reads_what_real_logs_hold() {
        case("2026-10-31T23:59:59Z", Some("2026-10-31T23:59:59Z"));
        case("2026-10-31 23:59:59", Some("2026-10-31T23:59:59Z"));
        case("2026-10-31T23:59:59.123456Z", Some("2026-10-31T23:59:59Z"));
        case("2026-10-31T23:59:59+02:00", Some("2026-10-31T21:59:59Z"));
        case("2026-10-31T23:59:59-0530", Some("2026-11-01T05:29:59Z"));
        case("2024-02-29", Some("2024-02-29T00:00:00Z"));
        case("1969-12-31T23:59:59Z", Some("1969-12-31T23:59:59Z"));
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in ["", "...", "2026-13-01", "2026-10-31T25:00:00Z", "yesterday!!", "2026-10-31Tnoon", "ééééééé"]
        {
            case(text, None);
        }
    }
}
