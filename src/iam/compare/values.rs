//! Values of a key that ordered or finite comparisons tell apart: between any two operands, and at each.

use std::net::IpAddr;

use super::super::condition::{Network, milliseconds};

/// Numbers: every operand, and one between any two, below and above all.
pub(super) fn numbers(operands: &[&str]) -> Vec<String> {
    let digits = operands.iter().map(|text| text.split_once('.').map_or(0, |(_, fraction)| fraction.len())).max();
    let digits = digits.unwrap_or(0);
    let mut values = vec!["0".to_owned()];
    for text in operands {
        values.push((*text).to_owned());
        // Smaller than any distance between two operands: one more digit than the longest has.
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        values.push(format!("{whole}.{fraction:0<digits$}1"));
        values.extend(nearer(text, digits));
        // A leading digit makes it larger than itself by more than it is.
        let size = text.trim_start_matches(['-', '+']);
        values.extend([format!("1{size}"), format!("-1{size}")]);
    }
    values.push("1".to_owned());
    values.push("-1".to_owned());
    values
}

/// A number a little nearer to zero: of its digits the last that is not zero is one less, then nines.
fn nearer(text: &str, digits: usize) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut letters: Vec<u8> = format!("{whole}.{fraction:0<digits$}").into_bytes();
    let last = letters.iter().rposition(|byte| matches!(byte, b'1'..=b'9'))?;
    letters.get_mut(last..)?.iter_mut().filter(|byte| **byte == b'0').for_each(|byte| *byte = b'9');
    let digit = letters.get_mut(last)?;
    *digit -= 1;
    letters.push(b'9');
    String::from_utf8(letters).ok()
}

/// Points in time: every operand, and the milliseconds before and after it.
pub(super) fn dates(operands: &[&str]) -> Vec<String> {
    let moments = operands.iter().filter_map(|text| milliseconds(text));
    let mut values: Vec<String> = moments.flat_map(|at| [at - 1, at, at + 1]).map(seconds).collect();
    values.push("2026-01-01T00:00:00Z".to_owned());
    values
}

/// Seconds since 1970 with three digits of fraction.
fn seconds(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    let size = milliseconds.unsigned_abs();
    format!("{sign}{}.{:03}", size / 1_000, size % 1_000)
}

/// Addresses: plain examples, the first of every network and the first after it.
pub(super) fn addresses(operands: &[&str]) -> Vec<String> {
    let mut values: Vec<IpAddr> =
        vec![[192, 0, 2, 1].into(), [0, 0, 0, 0].into(), [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into(), [0_u16; 8].into()];
    for network in operands.iter().filter_map(|text| Network::parse(text)) {
        values.extend(network.edges());
    }
    values.iter().map(IpAddr::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gap_has_a_value() {
        let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
        let operands = ["-10", "-2.50", "0", "0.07", "7", "10", "10.01", "+3", "100"];
        let mut edges: Vec<f64> = operands.iter().map(|text| number(text)).collect();
        edges.sort_by(f64::total_cmp);
        let values: Vec<f64> = numbers(&operands).iter().map(|text| number(text)).collect();
        let between = |low: f64, high: f64| values.iter().any(|&value| low < value && value < high);
        edges.windows(2).for_each(|pair| {
            if let [low, high] = pair {
                assert!(between(*low, *high), "between {low} and {high}");
            }
        });
        assert!(between(f64::NEG_INFINITY, -10.0) && between(100.0, f64::INFINITY));
        assert!(edges.iter().all(|edge| values.contains(edge)));
    }

    #[test]
    fn moments_keep_their_milliseconds() {
        assert_eq!(seconds(-1_500), "-1.500");
        for at in [-1_i64, 0, 999, 1_533_859_200_001] {
            assert_eq!(milliseconds(&seconds(at)), Some(at), "{at}");
        }
    }

    #[test]
    fn networks_have_edges() {
        let values = addresses(&["198.51.100.0/25", "0.0.0.0/0", "2001:db8::/33"]);
        for edge in ["198.51.100.0", "198.51.100.128", "2001:db8::", "2001:db8:8000::"] {
            assert!(values.iter().any(|value| value == edge), "{edge}");
        }
    }
}
