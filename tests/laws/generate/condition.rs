//! Condition blocks and contexts: every operator, mostly with a key and operands of its kind.

use serde_json::{Map, Value};

use super::request::list;
use crate::laws::random::Random;

/// Every operator without what may stand before and after.
pub(super) const BASES: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

struct Family {
    keys: &'static [&'static str],
    values: &'static [&'static str],
    operands: &'static [&'static str],
}

const STRINGS: Family = Family {
    keys: &["aws:PrincipalTag/t", "aws:username", "s3:prefix", "aws:TagKeys"],
    values: &["k", "b", "K", "", "a*", "kk", "É", "ΑΣ", "😀", "true", "111122223333"],
    operands: &[
        "k",
        "b",
        "",
        "*",
        "k*",
        "?",
        "??",
        "*k",
        "É",
        "é",
        "ας",
        "${aws:username}",
        "${aws:PrincipalTag/t}",
        "${AWS:principaltag/T, 'k'}",
        "${s3:prefix}*",
        "*${aws:username}*",
        "${aws:TagKeys, 'k'}",
        "a${*}",
        "${?}",
        "${$}",
        "${aws:none}",
        "${aws:none, ''}*",
        "Α${aws:PrincipalTag/t, 'Σ'}",
        "${open",
        "${aws:none, 'k}k'}",
        "${aws:username}${aws:PrincipalTag/t}",
    ],
};

const NUMBERS: Family = Family {
    keys: &["aws:MultiFactorAuthAge"],
    values: &["5", "+05", "5.0", "-1", "0", "-0", "5.01", "600", "x", ""],
    operands: &["5", "05.10", "-1", "0", "600", "5.001", ".5", "5.", "five", "1e3", " 5", ""],
};

const DATES: Family = Family {
    keys: &["aws:CurrentTime"],
    values: &[
        "2024-02-29T12:00:00Z",
        "2024-02-29",
        "1709208000",
        "1709208000.5",
        "2024-02-29T12:00:00.500Z",
        "2023-02-29",
        "2024",
        "2024-02",
        "2024-02-29T14:00+02:00",
        "2024-02-29t12:00:00z",
        "x",
        "-1",
    ],
    operands: &[
        "2024-02-29T12:00:00Z",
        "1709208000",
        "2024-02-29T13:30:00+01:30",
        "2024",
        "2024-03-01",
        "2024-02-29T12:00:00.5Z",
        "0",
        "2024-13-01",
        "29.02.2024",
        "",
    ],
};

const BOOLS: Family = Family {
    keys: &["aws:MultiFactorAuthPresent", "aws:SecureTransport"],
    values: &["true", "false", "TRUE", "maybe", ""],
    operands: &["true", "false", "True", "FALSE", "yes", ""],
};

const BINARIES: Family = Family {
    keys: &["k:bin"],
    values: &["aGk=", "aGk", "aGo=", "!", ""],
    operands: &["aGk=", "aGo=", "aGk", "", "!", "a"],
};

const ADDRESSES: Family = Family {
    keys: &["aws:SourceIp"],
    values: &[
        "203.0.113.7",
        "198.51.100.1",
        "2001:db8::1",
        "::ffff:203.0.113.7",
        "2001:DB8:0::1",
        "x",
        "203.0.113.0/24",
    ],
    operands: &[
        "203.0.113.0/24",
        "203.0.113.9/24",
        "203.0.113.7",
        "0.0.0.0/0",
        "::/0",
        "2001:db8::/32",
        "2001:db8::1/32",
        "2001:db8::1",
        "::ffff:203.0.113.0/120",
        "203.0.113.6/31",
        "203.0.113.0/33",
        "203.0.113.0/",
        "somewhere",
    ],
};

const ARNS: Family = Family {
    keys: &["aws:SourceArn", "aws:PrincipalArn"],
    values: &[
        "arn:aws:s3:::b",
        "arn:aws:sns:eu-west-1:111122223333:t:x",
        "arn:aws:iam::111122223333:role/app",
        "x",
        "arn:aws:s3",
        "",
    ],
    operands: &[
        "*",
        "arn:aws:s3:::b",
        "arn:aws:s3:::*",
        "arn:aws:sns:*:*:t*",
        "arn:aws:sns:*:t:x",
        "arn:*:*:*:*:*",
        "arn:aws:sns:*",
        "arn:aws:iam::111122223333:role/${aws:PrincipalTag/t, 'app'}",
        "${aws:PrincipalArn}",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:s3:::${aws:none}",
        "arn:aws:sns:*:${aws:PrincipalTag/t}:*",
        "arn:aws:s3",
        "role/*",
        "",
    ],
};

const ALL: [&Family; 7] = [&STRINGS, &NUMBERS, &DATES, &BOOLS, &BINARIES, &ADDRESSES, &ARNS];

fn family(base: &str) -> &'static Family {
    match base {
        base if base.starts_with("String") => &STRINGS,
        base if base.starts_with("Numeric") => &NUMBERS,
        base if base.starts_with("Date") => &DATES,
        "Bool" => &BOOLS,
        "BinaryEquals" => &BINARIES,
        base if base.starts_with("Arn") => &ARNS,
        _ => &ADDRESSES,
    }
}

pub(crate) fn block(random: &mut Random) -> Value {
    let mut block = Map::new();
    for _ in 0..1 + random.below(2) {
        let base = random.one(&BASES);
        let set = random.one(&["", "", "", "ForAllValues:", "ForAnyValue:"]);
        let suffix = if base != "Null" && random.percent(20) { "IfExists" } else { "" };
        let operator = format!("{set}{base}{suffix}");
        let operator = if random.percent(5) { operator.to_lowercase() } else { operator };
        let any = if random.percent(10) { ALL[random.below(ALL.len())] } else { family(base) };
        let key = random.one(any.keys);
        let key = if random.percent(10) { key.to_uppercase() } else { key.to_owned() };
        let operands = match base {
            "Null" => list(random, |random| random.one(&["true", "false", "True"]).into()),
            _ if random.percent(2) => Value::Array(Vec::new()),
            _ => list(random, |random| operand(random, family(base))),
        };
        let keys = block.entry(operator).or_insert_with(|| Map::new().into()).as_object_mut().unwrap();
        keys.insert(key, operands);
    }
    block.into()
}

/// Numbers and booleans stand as JSON scalars now and then.
fn operand(random: &mut Random, family: &Family) -> Value {
    let text = random.one(family.operands);
    let scalar = serde_json::from_str::<Value>(text).ok();
    // Only those whose JSON text is the very operand.
    match scalar.map(|scalar| (scalar.to_string(), scalar)) {
        Some((written, scalar)) if written == text && random.percent(20) => scalar,
        _ => text.into(),
    }
}

/// The context of a request. An open one tells most keys, so that few are left to try.
pub(super) fn context(random: &mut Random, open: bool) -> Value {
    let mut context = Map::new();
    for family in ALL {
        for key in family.keys {
            if random.percent(if open { 30 } else { 40 }) {
                if open && random.percent(55) {
                    context.insert((*key).into(), Value::Null);
                }
                continue;
            }
            let from = if random.percent(8) { ALL[random.below(ALL.len())] } else { family };
            let value = match *key == "aws:TagKeys" || random.percent(4) {
                true => (0..random.below(3)).map(|_| Value::from(random.one(from.values))).collect(),
                false => random.one(from.values).into(),
            };
            let key = if random.percent(10) { key.to_lowercase() } else { (*key).to_owned() };
            context.insert(key, value);
        }
    }
    if open {
        context.insert("aws:none".into(), Value::Null);
    }
    context.into()
}
