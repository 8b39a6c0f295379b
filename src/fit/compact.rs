//! Many action names → few wildcards that, against the catalog, mean exactly the same names.
//!
//! Only taken when a policy would not fit otherwise: a wildcard also means actions that AWS adds later.

use std::collections::BTreeSet;

use crate::catalog::Catalog;

/// Replaces names by `service:*` and `service:Prefix*` where every action of the catalog under the wildcard is
/// among them and `allowed` takes the wildcard. Names must be in the catalog's case. Sorted.
pub(super) fn compact(names: &BTreeSet<String>, catalog: &Catalog, allowed: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut patterns = Vec::new();
    let mut rest = names.iter().peekable();
    while let Some(first) = rest.peek() {
        let service = first.split(':').next().unwrap_or_default().to_owned();
        let mut wanted = Vec::new();
        while let Some(name) = rest.next_if(|name| name.split(':').next() == Some(&service)) {
            wanted.push(name.as_str());
        }
        let all: Vec<&str> = catalog.service(&service).iter().map(|action| &*action.name).collect();
        patterns.extend(shrink(&service, &wanted, &all, allowed));
    }
    patterns
}

/// The shortest prefixes under which everything is wanted; names of one service.
fn shrink(service: &str, wanted: &[&str], all: &[&str], allowed: &dyn Fn(&str) -> bool) -> Vec<String> {
    let others: Vec<&str> = all.iter().copied().filter(|name| !wanted.contains(name)).collect();
    let mut patterns: Vec<String> = Vec::new();
    let mut covered = 0;
    for (at, name) in wanted.iter().enumerate() {
        if at < covered {
            continue;
        }
        let shortest = prefixes(service, name)
            .find(|prefix| !others.iter().any(|other| other.starts_with(prefix)) && allowed(&format!("{prefix}*")));
        let under = |prefix: &str| wanted.iter().skip(at).take_while(|name| name.starts_with(prefix)).count();
        match shortest.map(|prefix| (prefix, under(prefix))) {
            Some((prefix, count)) if count > 1 => {
                patterns.push(format!("{prefix}*"));
                covered = at + count;
            }
            _ => patterns.push((*name).to_owned()),
        }
    }
    patterns
}

/// `s3:`, `s3:G`, `s3:Ge`, … up to the whole name.
fn prefixes<'n>(service: &str, name: &'n str) -> impl Iterator<Item = &'n str> {
    let start = service.len() + 1;
    (start..name.len()).filter_map(move |end| name.get(..end))
}

#[cfg(test)]
mod tests {
    use super::shrink;

    fn case(wanted: &[&str], all: &[&str], expected: &[&str]) {
        assert_eq!(shrink("s", wanted, all, &|_| true), expected);
    }

    #[test]
    fn wildcards_add_nothing() {
        let all = ["s:Get", "s:GetA", "s:GetB", "s:List", "s:PutA", "s:PutB"];
        case(&all, &all, &["s:*"]);
        case(&["s:GetA", "s:GetB"], &all, &["s:GetA", "s:GetB"]);
        case(&["s:Get", "s:GetA", "s:GetB", "s:PutA"], &all, &["s:G*", "s:PutA"]);
        case(&["s:PutA", "s:PutB"], &all, &["s:P*"]);
        case(&["s:List"], &all, &["s:List"]);
    }

    #[test]
    fn a_wildcard_that_is_not_allowed_is_not_taken() {
        let patterns = shrink("s", &["s:A1", "s:A2"], &["s:A1", "s:A2"], &|pattern| pattern == "s:A*");
        assert_eq!(patterns, ["s:A*"]);
    }
}
