//! Times as a person types them: a date, a time, or so many days back. The only place that asks the clock.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::trail::Moment;

/// A bound of the window as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    At(Moment),
    DaysBack(u32),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse().ok()) {
            return Ok(When::DaysBack(days));
        }
        let at = Moment::parse(text).map(When::At);
        at.ok_or_else(|| "give a date (`2026-10-31`), a time (`2026-10-31T12:00:00Z`) or days back (`90d`)".to_owned())
    }
}

/// Now, in whole seconds.
pub(super) fn now() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Moment(i64::try_from(now).unwrap_or(i64::MAX))
}

impl When {
    /// The moment meant; days back count from now.
    pub(super) fn moment(self) -> Moment {
        const SECONDS_PER_DAY: i64 = 86_400;
        match self {
            When::At(moment) => moment,
            When::DaysBack(days) => Moment(now().0 - i64::from(days) * SECONDS_PER_DAY),
        }
    }
}

/// A length of time in whole days, as `30d` or `30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days(pub(super) i64);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Days, String> {
        /// Longer than CloudTrail has been there; keeps sums of days small.
        const MOST: i64 = 10_000;
        let days = text.strip_suffix('d').unwrap_or(text).parse().ok().filter(|days| (1..=MOST).contains(days));
        days.map(Days).ok_or_else(|| format!("give days from 1 to {MOST} (`30d`)"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Days, When};
    use crate::trail::Moment;

    #[test]
    fn as_typed() {
        assert_eq!("90d".parse(), Ok(When::DaysBack(90)));
        assert_eq!("2026-10-31".parse(), Ok(When::At(Moment::parse("2026-10-31").unwrap())));
        assert_eq!("30d".parse(), Ok(Days(30)));
        assert_eq!("7".parse(), Ok(Days(7)));
        assert!("0d".parse::<Days>().is_err());
        assert!("soon".parse::<When>().unwrap_err().contains("90d"));
    }
}
