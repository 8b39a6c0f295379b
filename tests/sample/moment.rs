//! Time in the story: days since its first one, so that every chapter can say `day(9).at(7, 15)`.

use std::fmt;

use time::OffsetDateTime;

/// 2026-07-24T00:00:00Z, the first day; the last is day 99, 2026-10-31.
const FIRST_DAY: i64 = 1_784_851_200;

/// A second of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

/// Midnight of a day, counted from 0.
pub(crate) fn day(index: i64) -> Moment {
    Moment(FIRST_DAY + index * 86_400)
}

impl Moment {
    /// A time of this day.
    pub(crate) fn at(self, hour: i64, minute: i64) -> Moment {
        Moment(self.0 + hour * 3_600 + minute * 60)
    }

    /// So many seconds later.
    pub(crate) fn plus(self, seconds: i64) -> Moment {
        Moment(self.0 + seconds)
    }

    /// When CloudTrail delivers what happened now: in the next but one slot of a quarter of an hour.
    pub(crate) fn delivery(self) -> Moment {
        Moment((self.0 / 900 + 1) * 900 + 300)
    }

    fn date(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0).unwrap()
    }

    /// `2026/07/24`, as the folders have it.
    pub(crate) fn folder(self) -> String {
        let date = self.date();
        format!("{}/{:02}/{:02}", date.year(), u8::from(date.month()), date.day())
    }

    /// `20260724T0715Z`, as the file names have it.
    pub(crate) fn stamp(self) -> String {
        let date = self.date();
        let (month, day) = (u8::from(date.month()), date.day());
        format!("{}{month:02}{day:02}T{:02}{:02}Z", date.year(), date.hour(), date.minute())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        let (month, day) = (u8::from(date.month()), date.day());
        let (hour, minute, second) = date.to_hms();
        write!(out, "{}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", date.year())
    }
}
