//! Finds circles in a graph of names. It knows nothing of files or Rust.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From each name to the names that it needs.
pub(crate) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The shortest circle through each name that is on one, as `a, b, …, a`. A name that a circle
/// before has shown is not shown again, so a knot of many circles reads as a few short ones.
pub(crate) fn cycles(graph: &Graph) -> Vec<Vec<String>> {
    let mut shown = BTreeSet::new();
    let mut found = Vec::new();
    for start in graph.keys() {
        if shown.contains(start) {
            continue;
        }
        if let Some(circle) = shortest(graph, start) {
            shown.extend(circle.iter().cloned());
            found.push(circle);
        }
    }
    found
}

/// The shortest way from a name back to itself, breadth first.
fn shortest(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|last| graph.get(last))? {
            let longer = [way.as_slice(), std::slice::from_ref(next)].concat();
            if next == start {
                return Some(longer);
            }
            if graph.contains_key(next) && seen.insert(next) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[test]
fn circles_are_found_and_ladders_are_not() {
    let case = |edges: &[(&str, &str)], expected: &[&str]| {
        let mut graph = Graph::new();
        for (from, to) in edges {
            let needs = graph.entry((*from).to_owned()).or_default();
            needs.insert((*to).to_owned());
        }
        let found: Vec<String> = cycles(&graph).iter().map(|names| names.join(" ")).collect();
        assert_eq!(found, expected);
    };
    case(&[("a", "b"), ("b", "c"), ("a", "c")], &[]);
    case(&[("a", "b"), ("b", "a")], &["a b a"]);
    case(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")], &["b c b"]);
    case(&[("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("c", "b")], &["a b a", "c b c"]);
}
