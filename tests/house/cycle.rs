//! Finds circles in a graph of names. It knows nothing of files or Rust.

use std::collections::{BTreeMap, BTreeSet};

/// From each name to the names that it needs.
pub(crate) type Graph = BTreeMap<String, BTreeSet<String>>;

/// Circles of the graph, each as `a, b, …, a`; every circle meets at least one that is listed.
pub(crate) fn cycles(graph: &Graph) -> Vec<Vec<String>> {
    let mut search = Search {
        graph,
        done: BTreeSet::new(),
        trail: Vec::new(),
        found: Vec::new(),
    };
    for name in graph.keys() {
        search.visit(name);
    }
    search.found
}

struct Search<'a> {
    graph: &'a Graph,
    done: BTreeSet<&'a str>,
    trail: Vec<&'a str>,
    found: Vec<Vec<String>>,
}

impl<'a> Search<'a> {
    fn visit(&mut self, name: &'a str) {
        if let Some(start) = self.trail.iter().position(|seen| *seen == name) {
            let circle = self.trail[start..].iter().chain([&name]);
            self.found
                .push(circle.map(|name| (*name).to_owned()).collect());
            return;
        }
        if !self.done.insert(name) {
            return;
        }
        self.trail.push(name);
        for next in self.graph.get(name).into_iter().flatten() {
            self.visit(next);
        }
        self.trail.pop();
    }
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
    case(
        &[("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")],
        &["b c b"],
    );
}
