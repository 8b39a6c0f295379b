//! A figure with its name, its unit and its labels, before it is written in any format.

/// What the numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    Seconds,
    Plain,
}

/// A figure, or one for each value of a label.
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) unit: Unit,
    /// Empty: one sample, whose label has no value.
    pub(super) label: &'static str,
    pub(super) samples: Vec<(String, f64)>,
    /// Whether nobody knows beforehand which values the label has.
    pub(super) is_open: bool,
}

impl Metric {
    /// One figure.
    pub(super) fn one(name: &'static str, help: &'static str, unit: Unit, value: f64) -> Metric {
        Metric::by(name, help, unit, "", [(String::new(), value)])
    }

    /// A figure for each value of a label.
    pub(super) fn by(
        name: &'static str,
        help: &'static str,
        unit: Unit,
        label: &'static str,
        samples: impl IntoIterator<Item = (String, f64)>,
    ) -> Metric {
        Metric { name, help, unit, label, samples: samples.into_iter().collect(), is_open: false }
    }

    /// The same with a label whose values nobody knows beforehand.
    pub(super) fn open(self) -> Metric {
        Metric { is_open: true, ..self }
    }
}
