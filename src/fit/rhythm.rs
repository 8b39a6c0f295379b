//! What comes about once a month or once a quarter, told by the days on which it was seen.

use std::collections::BTreeMap;

use crate::trail::{Days, Use};

/// Days this close belong to one occasion: a job at the end of a month may take two nights, or be done again.
const SAME_OCCASION: i64 = 3;

/// Days between two occasions of what comes every month: 28 to 31, and some days early or late.
const MONTH: std::ops::RangeInclusive<i64> = 25..=36;

/// Days between two occasions of what comes every quarter: 90 to 92, and some days early or late.
const QUARTER: std::ops::RangeInclusive<i64> = 80..=102;

/// What was seen on two occasions only has less to show for it: they lie a month or four weeks apart, to the day.
const ONE_MONTH: std::ops::RangeInclusive<i64> = 28..=31;

/// How rarely something comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rhythm {
    /// About once a month.
    Monthly,
    /// About once a quarter.
    Quarterly,
}

impl Rhythm {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Rhythm::Monthly => "monthly",
            Rhythm::Quarterly => "quarterly",
        }
    }

    /// The rhythm of some days; `None`: they have none, or were too few to tell.
    pub fn of(days: &Days) -> Option<Rhythm> {
        let mut gaps = Vec::new();
        let mut days = days.iter();
        let mut start = days.next()?;
        let mut last = start;
        for day in days {
            if day - last > SAME_OCCASION {
                gaps.push(day - start);
                start = day;
            }
            last = day;
        }
        let all_within = |range: &std::ops::RangeInclusive<i64>| gaps.iter().all(|gap| range.contains(gap));
        match gaps.is_empty() {
            true => None,
            false if all_within(if gaps.len() > 1 { &MONTH } else { &ONE_MONTH }) => Some(Rhythm::Monthly),
            false if all_within(&QUARTER) => Some(Rhythm::Quarterly),
            false => None,
        }
    }
}

/// An action that a principal used rarely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rare {
    /// How rarely.
    pub rhythm: Rhythm,
    /// The days on which it was seen.
    pub days: Days,
}

/// The actions that come about once a month or quarter, by name.
pub(super) fn rare<'u>(uses: impl Iterator<Item = &'u Use>) -> BTreeMap<String, Rare> {
    let mut days: BTreeMap<&str, Days> = BTreeMap::new();
    for seen in uses.filter(|seen| seen.is_use()) {
        days.entry(&seen.key.action).or_default().merge(&seen.days);
    }
    let rare = |(action, days): (&str, Days)| Some((action.to_owned(), Rare { rhythm: Rhythm::of(&days)?, days }));
    days.into_iter().filter_map(rare).collect()
}

#[cfg(test)]
mod tests {
    use super::{Days, Rhythm};

    fn case(days: &[i64], expected: Option<Rhythm>) {
        assert_eq!(Rhythm::of(&days.iter().copied().collect::<Days>()), expected, "{days:?}");
    }

    #[test]
    fn months_and_quarters_are_told() {
        case(&[0, 31, 59, 90, 120], Some(Rhythm::Monthly));
        case(&[10, 41], Some(Rhythm::Monthly));
        case(&[0, 1, 2, 31, 33, 60], Some(Rhythm::Monthly));
        case(&[5, 96], Some(Rhythm::Quarterly));
        case(&[0, 91, 182, 275], Some(Rhythm::Quarterly));
    }

    #[test]
    fn other_days_have_no_such_rhythm() {
        case(&[], None);
        case(&[7], None);
        case(&[10, 43], None);
        case(&[7, 8, 9], None);
        case(&[0, 7, 14, 21, 28, 35], None);
        case(&[0, 31, 45, 90], None);
        case(&[0, 31, 122], None);
        case(&(0..90).collect::<Vec<_>>(), None);
    }
}
