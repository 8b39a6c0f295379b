//! How two values compare, family by family.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::variable::{self, Letter};

/// Operators that take no variables.
pub(super) fn compare(base: &str, value: &str, operand: &str) -> bool {
    let by = |order: Option<Ordering>, name: &str| {
        order.is_some_and(|order| match name {
            "equals" => order == Ordering::Equal,
            "lessthan" => order == Ordering::Less,
            "lessthanequals" => order != Ordering::Greater,
            "greaterthan" => order == Ordering::Greater,
            "greaterthanequals" => order != Ordering::Less,
            _ => false,
        })
    };
    if let Some(name) = base.strip_prefix("numeric") {
        return by(number(value).zip(number(operand)).map(|(a, b)| by_size(&a, &b)), name);
    }
    if let Some(name) = base.strip_prefix("date") {
        return by(date(value).zip(date(operand)).map(|(a, b)| a.cmp(&b)), name);
    }
    match base {
        "bool" => match operand.to_ascii_lowercase().as_str() {
            "true" => value.eq_ignore_ascii_case("true"),
            "false" => !value.eq_ignore_ascii_case("true"),
            _ => false,
        },
        "binaryequals" => bytes(value).is_some() && bytes(value) == bytes(operand),
        "ipaddress" => in_network(operand, value),
        _ => false,
    }
}

/// A decimal: whether it is negative, its digits before and after the point.
fn number(text: &str) -> Option<(bool, String, String)> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = digits.chars().all(|c| c.is_ascii_digit() || c == '.') && digits.matches('.').count() < 2;
    (only_digits && digits.len() > digits.matches('.').count())
        .then(|| (negative, whole.to_owned(), fraction.to_owned()))
}

/// Both written with equally many digits compare as texts.
fn by_size(a: &(bool, String, String), b: &(bool, String, String)) -> Ordering {
    let (whole, fraction) = (a.1.len().max(b.1.len()), a.2.len().max(b.2.len()));
    let padded = |n: &(bool, String, String)| format!("{:0>whole$}{:0<fraction$}", n.1, n.2);
    let (left, right) = (padded(a), padded(b));
    let is_zero = |digits: &str| digits.chars().all(|digit| digit == '0');
    let sign = |negative: bool, digits: &str| if is_zero(digits) { 0 } else { 1 - 2 * i8::from(negative) };
    let (s, t) = (sign(a.0, &left), sign(b.0, &right));
    s.cmp(&t).then(if s < 0 { right.cmp(&left) } else { left.cmp(&right) })
}

/// Milliseconds since 1970, from ISO 8601 or epoch seconds.
fn date(text: &str) -> Option<i128> {
    let is_year = text.len() == 4;
    if !is_year && number(text).is_some() && !text.starts_with('+') && !text.starts_with('.') {
        let (negative, seconds, fraction) = number(text)?;
        let millis: i128 = format!("{seconds}{:0<3.3}", fraction).parse().ok()?;
        return Some(if negative { -millis } else { millis });
    }
    let upper = text.to_ascii_uppercase();
    let (day, clock) = match upper.split_once('T') {
        Some((day, clock)) => (day.to_owned(), Some(clock.to_owned())),
        None => (upper, None),
    };
    let fields: Vec<&str> = day.split('-').collect();
    let shapes = [4, 2, 2];
    if fields.len() > 3
        || (clock.is_some() && fields.len() < 3)
        || !fields.iter().zip(shapes).all(|(f, n)| is_digits(f, n))
    {
        return None;
    }
    let field = |at: usize| fields.get(at).map_or(Some(1), |field| field.parse::<i64>().ok());
    let days = days(field(0)?, field(1)?, field(2)?)?;
    let time = clock.map_or(Some(0), |clock| time(&clock))?;
    Some(i128::from(days * 86_400_000 + time))
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.chars().all(|digit| digit.is_ascii_digit())
}

/// Days since 1970, counted year by year and month by month.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month - 1).ok()?)?;
    if day < 1 || day > length {
        return None;
    }
    let before = |year: i64| year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    let months: i64 = lengths.iter().take(usize::try_from(month - 1).ok()?).sum();
    Some(before(year) - before(1970) + months + day - 1)
}

/// Milliseconds of a clock time with its zone.
fn time(text: &str) -> Option<i64> {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    let fields: Vec<&str> = clock.split(':').collect();
    let (seconds, fraction) = match fields.get(2) {
        Some(field) => field.split_once('.').map_or((*field, None), |(s, f)| (s, Some(f))),
        None => ("00", None),
    };
    let shape = (2..=3).contains(&fields.len()) && [fields[0], fields[1], seconds].iter().all(|f| is_digits(f, 2));
    if !shape || fraction.is_some_and(|f| f.is_empty() || !f.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let (h, m, s): (i64, i64, i64) = (fields[0].parse().ok()?, fields[1].parse().ok()?, seconds.parse().ok()?);
    if h > 23 || m > 59 || s > 59 {
        return None;
    }
    let millis: i64 = format!("{:0<3.3}", fraction.unwrap_or_default()).parse().ok()?;
    let east = match zone {
        "" | "Z" => 0,
        zone => {
            let plain = zone[1..].replacen(':', "", 1);
            if !is_digits(&plain, 4) || ![5, 6].contains(&zone.len()) {
                return None;
            }
            let minutes = plain[..2].parse::<i64>().ok()? * 60 + plain[2..].parse::<i64>().ok()?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    Some((h * 3600 + m * 60 + s - east * 60) * 1000 + millis)
}

/// Base64, digit by digit.
fn bytes(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.len() % 4 == 1 || padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut bits = String::new();
    for digit in digits.chars() {
        bits += &format!("{:06b}", DIGITS.find(digit)?);
    }
    let whole = bits.len() / 8;
    (0..whole).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).ok()).collect()
}

/// An address; an IPv4 address inside IPv6 is that IPv4 address.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn in_network(network: &str, value: &str) -> bool {
    let (base, prefix) = network.split_once('/').map_or((network, None), |(base, prefix)| (base, Some(prefix)));
    let longest = if base.contains(':') { 128 } else { 32 };
    let length = match prefix {
        None => longest,
        Some(text) if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) => text.parse().unwrap_or(999),
        Some(_) => 999,
    };
    if length > longest {
        return false;
    }
    let bits = |text: String| text.chars().take(length).collect::<String>();
    match (base.parse::<IpAddr>(), address(value)) {
        (Ok(IpAddr::V4(base)), Some(IpAddr::V4(value))) => bits(v4(base)) == bits(v4(value)),
        // Host bits of an IPv6 network must be zero, or it matches nothing.
        (Ok(IpAddr::V6(base)), Some(IpAddr::V6(value))) => {
            !v6(base)[length..].contains('1') && bits(v6(base)) == bits(v6(value))
        }
        _ => false,
    }
}

fn v4(address: Ipv4Addr) -> String {
    format!("{:032b}", u32::from(address))
}

fn v6(address: Ipv6Addr) -> String {
    format!("{:0128b}", u128::from(address))
}

pub(super) fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.matches(':').count() >= 5
}

/// Six parts, each with its own wildcards; a lone `*` takes in every ARN.
pub(super) fn arn_like(pattern: &[Letter], operand: &str, value: &str) -> bool {
    let patterns: Vec<&[Letter]> = pattern.splitn(6, |letter| *letter == Letter::Unit(0x3A)).collect();
    let values: Vec<&str> = value.splitn(6, ':').collect();
    operand == "*"
        || (patterns.len() == values.len() && patterns.iter().zip(values).all(|(p, v)| variable::matches(p, v)))
}
