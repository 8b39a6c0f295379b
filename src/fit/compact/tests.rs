//! Shortened lists against what they must mean, and against the plain way to shorten them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::super::vocabulary::of_words;
use super::*;
use crate::iam::ActionPattern;

fn case(wanted: &[&str], all: &[&str], expected: &[&str]) {
    let vocabulary = Vocabulary::of("s", all.iter().copied());
    assert_eq!(shrink(&vocabulary, wanted, &|_| true), expected);
}

#[test]
fn wildcards_add_nothing() {
    let all = ["s:Get", "s:GetA", "s:GetB", "s:List", "s:PutA", "s:PutB"];
    case(&all, &all, &["s:*"]);
    case(&["s:GetA", "s:GetB"], &all, &["s:GetA", "s:GetB"]);
    case(&["s:Get", "s:GetA", "s:GetB", "s:PutA"], &all, &["s:*A", "s:G*"]);
    case(&["s:PutA", "s:PutB"], &all, &["s:P*"]);
    case(&["s:List"], &all, &["s:List"]);
}

#[test]
fn words_in_the_middle_and_at_the_end_count() {
    let all = ["s:AddTags", "s:GetRolePolicy", "s:GetUser", "s:GetUserPolicy", "s:ListTags", "s:RemoveTags"];
    case(&["s:AddTags", "s:ListTags", "s:RemoveTags"], &all, &["s:*Tags"]);
    case(&["s:GetRolePolicy", "s:GetUserPolicy"], &all, &["s:*Policy"]);
    let all = [&all[..], &["s:PutUserPolicy"]].concat();
    case(&["s:GetRolePolicy", "s:GetUserPolicy"], &all, &["s:Get*Policy"]);
}

#[test]
fn case_does_not_make_another_name() {
    case(&["s:GetA", "s:GetB"], &["s:GetA", "s:GetB", "s:getC"], &["s:GetA", "s:GetB"]);
}

#[test]
fn a_wildcard_that_is_not_allowed_is_not_taken() {
    let vocabulary = Vocabulary::of("s", ["s:A1", "s:A2"].into_iter());
    let patterns = shrink(&vocabulary, &["s:A1", "s:A2"], &|pattern| pattern == "s:A*");
    assert_eq!(patterns, ["s:A*"]);
}

/// The plain way to compare with: every wildcard of the wanted names, each held against every name.
fn shrink_slowly(service: &str, wanted: &[&str], all: &[&str], allowed: &dyn Fn(&str) -> bool) -> Vec<String> {
    let folded = |names: &[&str]| names.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<String>>();
    let ours = folded(wanted);
    let others: Vec<String> = folded(all).into_iter().filter(|name| !ours.contains(name)).collect();
    let whole = format!("{service}:*");
    if others.is_empty() && wanted.len() > 1 && allowed(&whole) {
        return vec![whole];
    }
    let start = service.len() + 1;
    let is_free = |name: &str, end: usize| !others.iter().any(|other| other.starts_with(&name[..end]));
    let shortest = |name: &str| (start..name.len()).find(|end| is_free(name, *end));
    let mut candidates: BTreeSet<String> = BTreeSet::new();
    for (name, folded) in wanted.iter().zip(&ours) {
        let ends = shortest(folded).into_iter().flat_map(|end| end..name.len());
        candidates.extend(ends.map(|end| format!("{}*", &name[..end])).find(|text| allowed(text)));
        candidates.extend(of_words(service, &name[start..], &mut |_, _| true));
    }
    let mut meanings: BTreeMap<Vec<usize>, String> = BTreeMap::new();
    for text in candidates.into_iter().filter(|text| allowed(text)) {
        let pattern = crate::iam::Pattern::new(text.to_ascii_lowercase());
        let covers: Vec<usize> = (0..ours.len()).filter(|at| pattern.matches(&ours[*at])).collect();
        let shorter = |known: &String| (known.len(), known) <= (text.len(), &text);
        let is_exact = covers.len() > 1 && !others.iter().any(|other| pattern.matches(other));
        if is_exact && !meanings.get(&covers).is_some_and(shorter) {
            meanings.insert(covers, text);
        }
    }
    let mut texts: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    let single = |at: usize| Choice { covers: vec![at], cost: wanted[at].len() + QUOTES_AND_COMMA };
    let mut choices: Vec<Choice> = (0..wanted.len()).map(single).collect();
    let mut known: BTreeSet<usize> = (0..wanted.len()).collect();
    for (covers, text) in meanings {
        let start = shortest(&ours[covers[0]]).map(|end| &ours[covers[0]][..end]);
        let begins = |at: usize| start.is_some_and(|start| ours[at].starts_with(start));
        if start.is_some() && (0..ours.len()).all(|at| begins(at) == covers.contains(&at)) {
            known.retain(|at| !covers.contains(at));
            known.insert(choices.len());
        }
        choices.push(Choice { covers, cost: text.len() + QUOTES_AND_COMMA });
        texts.push(text);
    }
    let chosen = cheapest(&choices, wanted.len(), known.into_iter().collect());
    let patterns: BTreeSet<String> = chosen.into_iter().map(|at| texts[at].clone()).collect();
    patterns.into_iter().collect()
}

#[test]
fn as_the_plain_way_shortens() {
    let catalog = Catalog::embedded().unwrap();
    let mut state = 0x0F17_7A11_u64;
    let mut roll = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    };
    // Everywhere, within a beginning, and within what has a word.
    let scopes: [&dyn Fn(&str) -> bool; 3] =
        [&|_| true, &|text| text.len() > 8, &|text| text.to_ascii_lowercase().contains("tag") || text.ends_with("s*")];
    let mut shorter = 0;
    for service in ["sqs", "sns", "kms", "dynamodb", "lambda", "s3", "iam", "logs", "sts", "ecr", "elasticache"] {
        let all: Vec<&str> = catalog.service(service).iter().map(|action| &*action.name).collect();
        let vocabulary = Vocabulary::of(service, all.iter().copied());
        for (round, share) in (0..).zip([100, 97, 90, 70, 50, 30, 10, 3]) {
            let wanted: BTreeSet<&str> = all.iter().copied().filter(|_| roll() % 100 < share).collect();
            let wanted: Vec<&str> = wanted.into_iter().collect();
            let allowed = scopes[round % scopes.len()];
            let fast = shrink(&vocabulary, &wanted, allowed);
            assert_eq!(fast, shrink_slowly(service, &wanted, &all, allowed), "{service} {share} %");
            shorter += usize::from(fast.len() < wanted.len());
        }
    }
    assert!(shorter > 40, "{shorter}");
}

/// The plain way to compare with: names in order, each under its shortest free beginning.
fn greedy_prefixes(wanted: &[&str], all: &[&str]) -> Vec<String> {
    let folded = |names: &[&str]| names.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<String>>();
    let (ours, others) = (folded(wanted), folded(all).into_iter().filter(|name| !folded(wanted).contains(name)));
    let others: Vec<String> = others.collect();
    let mut patterns: BTreeSet<String> = BTreeSet::new();
    for name in &ours {
        let start = name.find(':').unwrap() + 1;
        let is_free = |end: &usize| !others.iter().any(|other| other.starts_with(&name[..*end]));
        let prefix = (start..name.len()).find(is_free).map(|end| &name[..end]);
        let shared = prefix.filter(|prefix| ours.iter().filter(|name| name.starts_with(*prefix)).count() > 1);
        patterns.insert(shared.map_or_else(|| name.clone(), |prefix| format!("{prefix}*")));
    }
    patterns.into_iter().collect()
}

#[test]
fn random_subsets_of_every_service_come_back_exactly() {
    let catalog = Catalog::embedded().unwrap();
    let services: BTreeSet<&str> =
        catalog.actions().iter().filter_map(|action| action.name.split(':').next()).collect();
    let mut state = 0x7A11_F175_u64;
    let mut roll = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    };
    let text = |patterns: &[String]| patterns.iter().map(|one| one.len() + QUOTES_AND_COMMA).sum::<usize>();
    let (mut subsets, mut sums) = (0, [0_usize; 3]);
    for service in &services {
        let all: Vec<&str> = catalog.service(service).iter().map(|action| &*action.name).collect();
        // All but few, half, and few: what is left of a service after trimming.
        for share in [90, 50, 15] {
            let wanted: Vec<&str> = all.iter().copied().filter(|_| roll() % 100 < share).collect();
            let names: BTreeSet<&str> = wanted.iter().copied().collect();
            let everywhere = Within { scope: "*", allows: &|_| true };
            let patterns = compact(&names, &catalog, &everywhere, &Lists::default());
            let written: Vec<ActionPattern> = patterns.iter().map(ActionPattern::new).collect();
            let meant: BTreeSet<&str> = catalog.expand_all(&written).into_iter().map(|action| &*action.name).collect();
            assert_eq!(meant, names, "{service}");
            let plain: Vec<String> = names.into_iter().map(str::to_owned).collect();
            let ours = [text(&plain), text(&greedy_prefixes(&wanted, &all)), text(&patterns)];
            assert!(ours[2] <= ours[1] && ours[1] <= ours[0], "{service} {share} %: {ours:?}");
            sums.iter_mut().zip(ours).for_each(|(sum, one)| *sum += one);
            subsets += 1;
        }
    }
    println!(
        "{subsets} subsets of {} services: plain {}, prefixes {}, compacted {}",
        services.len(),
        sums[0],
        sums[1],
        sums[2]
    );
}
