//! Date operators: ISO 8601 in the W3C profile, or seconds since 1970, compared by the millisecond.

use time::{Date, Month, Time};

/// Milliseconds since 1970. Four digits are a year, any other plain number is epoch seconds.
pub(in super::super) fn milliseconds(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain && text.len() != 4 { epoch(text) } else { iso(text) }
}

fn epoch(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let negative = seconds.starts_with('-');
    let seconds: i64 = seconds.parse().ok()?;
    let part = thousandths(fraction)?;
    seconds.checked_mul(1_000)?.checked_add(if negative { -part } else { part })
}

/// The first three digits of a fraction.
fn thousandths(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{fraction:0<3}").get(..3)?.parse().ok()
}

fn iso(text: &str) -> Option<i64> {
    let (date, clock) = match text.split_once(['T', 't']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let mut fields = date.split('-');
    let year: i32 = number(fields.next()?, 4)?;
    let month: u8 = fields.next().map_or(Some(1), |field| number(field, 2))?;
    let day: u8 = fields.next().map_or(Some(1), |field| number(field, 2))?;
    if fields.next().is_some() || (clock.is_some() && date.len() != 10) {
        return None;
    }
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let midnight = date.midnight().assume_utc().unix_timestamp();
    midnight.checked_mul(1_000)?.checked_add(clock.map_or(Some(0), time_of_day)?)
}

/// Milliseconds since midnight, in UTC: `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, then `Z`, `±hh:mm` or nothing.
fn time_of_day(text: &str) -> Option<i64> {
    let split = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at_checked(split)?;
    let mut fields = clock.split(':');
    let hour: u8 = number(fields.next()?, 2)?;
    let minute: u8 = number(fields.next()?, 2)?;
    let (second, fraction) = fields.next().map_or(("00", "0"), |f| f.split_once('.').unwrap_or((f, "0")));
    if fields.next().is_some() || fraction.is_empty() {
        return None;
    }
    let time = Time::from_hms(hour, minute, number(second, 2)?).ok()?;
    let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some((seconds - offset(zone)?) * 1_000 + thousandths(fraction)?)
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(fields) => fields,
        None => rest.split_at_checked(2)?,
    };
    Some(sign * (number::<i64>(hours, 2)? * 3_600 + number::<i64>(minutes, 2)? * 60))
}

/// A field of exactly so many digits.
fn number<T: std::str::FromStr>(text: &str, digits: usize) -> Option<T> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_its_forms() {
        let moment = milliseconds("1533859200");
        assert_eq!(moment, Some(1_533_859_200_000));
        for text in [
            "2018-08-10",
            "2018-08-10T00:00Z",
            "2018-08-10T00:00:00Z",
            "2018-08-10T00:00:00",
            "2018-08-10T02:00:00+02:00",
            "2018-08-09T19:30:00.000-0430",
            "1533859200.0",
        ] {
            assert_eq!(milliseconds(text), moment, "{text}");
        }
    }

    #[test]
    fn milliseconds_count() {
        assert!(milliseconds("2018-08-10T00:00:00.001Z") > milliseconds("2018-08-10"));
        assert_eq!(milliseconds("2018-08-10T00:00:00.0001Z"), milliseconds("2018-08-10"));
        assert_eq!(milliseconds("2018"), milliseconds("2018-01-01"));
        assert_eq!(milliseconds("2018-02"), milliseconds("2018-02-01"));
    }

    #[test]
    fn what_is_no_date() {
        for text in
            ["", "-", "x", "2018-13-01", "2018-02-30", "2018-8-1", "2018-01-01T25:00Z", "1.2.3", "2018-01T00:00Z", "T"]
        {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
