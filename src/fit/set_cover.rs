//! The cheapest choice of sets that covers everything, or near it: from two greedy choices and a known one, each set
//! that was not chosen is tried against what it makes needless.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A set that may be chosen.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// What it covers, as indices, sorted.
    pub(super) covers: Vec<usize>,
    /// What it costs.
    pub(super) cost: usize,
}

/// Rounds of trying every other set. Each round only takes what makes the choice cheaper, and few find more.
const ROUNDS: usize = 3;

/// Indices of the choices that cover all of `0..elements` that some choice covers; never dearer than `known`, which
/// does so. Deterministic.
pub(super) fn cheapest(choices: &[Choice], elements: usize, known: Vec<usize>) -> Vec<usize> {
    let by_ratio = greedy(choices, elements, |gain, cost| (gain.saturating_mul(1_000_000) / cost.max(1)) as i64);
    let by_rest = greedy(choices, elements, |gain, cost| gain as i64 - cost as i64);
    // From the same sets comes the same, whatever their order.
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for mut chosen in [by_ratio, by_rest, known] {
        chosen.sort_unstable();
        if !starts.contains(&chosen) {
            starts.push(chosen);
        }
    }
    let best = starts.into_iter().map(|chosen| improved(choices, elements, chosen));
    best.min_by_key(|chosen| price(choices, chosen)).unwrap_or_default()
}

fn price(choices: &[Choice], chosen: &[usize]) -> usize {
    chosen.iter().filter_map(|at| choices.get(*at)).map(|choice| choice.cost).sum()
}

/// Takes the choice of the best score again and again, of equal ones the first. The gain of a choice is what the
/// elements that it newly covers would cost by the cheapest choice of each.
///
/// `score` must not rise when the gain falls, as it only does: so the best of what was found earlier, if it is still
/// as good, is the best of all.
fn greedy(choices: &[Choice], elements: usize, score: impl Fn(usize, usize) -> i64) -> Vec<usize> {
    let mut worth = vec![usize::MAX; elements];
    for choice in choices {
        if let [element] = choice.covers.as_slice()
            && let Some(slot) = worth.get_mut(*element)
        {
            *slot = choice.cost.min(*slot);
        }
    }
    worth.iter_mut().filter(|worth| **worth == usize::MAX).for_each(|worth| *worth = 1);
    // What is covered is worth nothing more.
    let rated = |at: usize, worth: &[usize]| {
        let choice = choices.get(at)?;
        let gain: usize = choice.covers.iter().filter_map(|element| worth.get(*element)).sum();
        (gain > 0).then(|| score(gain, choice.cost))
    };
    let all = (0..choices.len()).filter_map(|at| Some((rated(at, &worth)?, Reverse(at))));
    let mut heap: BinaryHeap<(i64, Reverse<usize>)> = all.collect();
    let mut chosen = Vec::new();
    while let Some((known, Reverse(at))) = heap.pop() {
        match rated(at, &worth) {
            Some(score) if score == known => {
                for element in choices.get(at).iter().flat_map(|choice| &choice.covers) {
                    if let Some(slot) = worth.get_mut(*element) {
                        *slot = 0;
                    }
                }
                chosen.push(at);
            }
            Some(score) => heap.push((score, Reverse(at))),
            None => {}
        }
    }
    chosen
}

/// Leaves out what is needless, and takes in what makes more needless than it costs.
fn improved(choices: &[Choice], elements: usize, chosen: Vec<usize>) -> Vec<usize> {
    let mut chosen = without_needless(choices, elements, chosen, None);
    for _ in 0..ROUNDS {
        let before = price(choices, &chosen);
        let mut alone = Alone::of(choices, elements, &chosen);
        for (at, choice) in choices.iter().enumerate() {
            if alone.is_chosen(at) || alone.at_most_saved(choices, choice) <= choice.cost {
                continue;
            }
            let mut more = chosen.clone();
            more.push(at);
            let fewer = without_needless(choices, elements, more, Some(at));
            if price(choices, &fewer) < price(choices, &chosen) {
                chosen = fewer;
                alone = Alone::of(choices, elements, &chosen);
            }
        }
        if price(choices, &chosen) == before {
            break;
        }
    }
    chosen
}

/// Who alone covers an element, and of each choice how many it covers alone.
struct Alone {
    owner: Vec<Option<usize>>,
    count: Vec<usize>,
    chosen: Vec<bool>,
    /// Of each choice, how many of those something takes; all none between questions.
    taken: Vec<usize>,
}

impl Alone {
    fn of(choices: &[Choice], elements: usize, chosen: &[usize]) -> Alone {
        let mut owners: Vec<(u32, usize)> = vec![(0, 0); elements];
        let mut is_chosen = vec![false; choices.len()];
        for at in chosen {
            if let Some(slot) = is_chosen.get_mut(*at) {
                *slot = true;
            }
            for element in choices.get(*at).iter().flat_map(|choice| &choice.covers) {
                if let Some((times, owner)) = owners.get_mut(*element) {
                    (*times, *owner) = (*times + 1, *at);
                }
            }
        }
        let owner: Vec<Option<usize>> =
            owners.into_iter().map(|(times, owner)| (times == 1).then_some(owner)).collect();
        let mut count = vec![0; choices.len()];
        for owner in owner.iter().flatten() {
            if let Some(slot) = count.get_mut(*owner) {
                *slot += 1;
            }
        }
        Alone { owner, count, chosen: is_chosen, taken: vec![0; choices.len()] }
    }

    fn is_chosen(&self, at: usize) -> bool {
        self.chosen.get(at).copied().unwrap_or_default()
    }

    /// The cost of those that a choice would make needless, each by itself.
    fn at_most_saved(&mut self, choices: &[Choice], choice: &Choice) -> usize {
        let owners = || choice.covers.iter().filter_map(|element| *self.owner.get(*element)?);
        let mut saved = 0;
        for owner in owners() {
            if let Some(taken) = self.taken.get_mut(owner) {
                *taken += 1;
                if self.count.get(owner) == Some(taken) {
                    saved += choices.get(owner).map_or(0, |choice| choice.cost);
                }
            }
        }
        for owner in owners() {
            if let Some(taken) = self.taken.get_mut(owner) {
                *taken = 0;
            }
        }
        saved
    }
}

/// Leaves out choices all of whose elements others cover, the dearest first; `kept` stays.
fn without_needless(choices: &[Choice], elements: usize, mut chosen: Vec<usize>, kept: Option<usize>) -> Vec<usize> {
    let mut times = vec![0_u32; elements];
    let covers = |at: usize| choices.get(at).map(|choice| choice.covers.as_slice()).unwrap_or_default();
    for element in chosen.iter().flat_map(|at| covers(*at)) {
        if let Some(slot) = times.get_mut(*element) {
            *slot += 1;
        }
    }
    chosen.sort_unstable_by_key(|at| (usize::MAX - choices.get(*at).map_or(0, |choice| choice.cost), *at));
    chosen.retain(|at| {
        let is_needless =
            Some(*at) != kept && covers(*at).iter().all(|element| times.get(*element).is_some_and(|times| *times > 1));
        for element in covers(*at).iter().filter(|_| is_needless) {
            if let Some(slot) = times.get_mut(*element) {
                *slot -= 1;
            }
        }
        !is_needless
    });
    chosen
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn all_is_covered_and_nothing_is_dear() {
        let choice = |covers: &[usize], cost| Choice { covers: covers.to_vec(), cost };
        let singles = [choice(&[0], 5), choice(&[1], 5), choice(&[2], 5), choice(&[3], 5)];
        let case = |more: &[Choice], expected: usize| {
            let all = [&singles[..], more].concat();
            let chosen = cheapest(&all, 4, vec![0, 1, 2, 3]);
            let covered: std::collections::BTreeSet<usize> =
                chosen.iter().flat_map(|at| all[*at].covers.clone()).collect();
            assert_eq!(covered.len(), 4);
            assert_eq!(price(&all, &chosen), expected);
        };
        case(&[], 20);
        case(&[choice(&[0, 1, 2], 7)], 12);
        case(&[choice(&[0, 1, 2, 3], 30)], 20);
        // Greedy takes the middle first; the two ends make it needless.
        case(&[choice(&[1, 2], 3), choice(&[0, 1], 4), choice(&[2, 3], 4)], 8);
    }

    #[test]
    fn as_the_plain_way_chooses() {
        let mut state = 0x7A11_F175_u64;
        let mut below = move |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 11).unwrap() % limit
        };
        let mut several = 0;
        for _ in 0..600 {
            let elements = below(30) + 1;
            let choice = |covers: Vec<usize>, cost| Choice { covers, cost };
            let mut choices: Vec<Choice> = (0..elements).map(|at| choice(vec![at], below(12) + 3)).collect();
            for _ in 0..below(60) {
                let (first, share) = (below(elements), below(5) + 1);
                let covers: Vec<usize> = (first..elements).filter(|_| below(share) == 0).collect();
                choices.extend((covers.len() > 1).then(|| choice(covers, below(25) + 3)));
            }
            let known: Vec<usize> = (0..elements).collect();
            let ratio = |gain: usize, cost: usize| (gain * 1_000_000 / cost) as i64;
            let rest = |gain: usize, cost: usize| gain as i64 - cost as i64;
            let greedy_ones = [greedy(&choices, elements, ratio), greedy(&choices, elements, rest)];
            let slow_ones = [greedy_slowly(&choices, elements, ratio), greedy_slowly(&choices, elements, rest)];
            assert_eq!(greedy_ones, slow_ones, "{choices:?}");
            several += usize::from(greedy_ones[0] != greedy_ones[1]);
            let [by_ratio, by_rest] = slow_ones;
            let slow = [by_ratio, by_rest, known.clone()].map(|chosen| improved_slowly(&choices, elements, chosen));
            let slow = slow.into_iter().min_by_key(|chosen| price(&choices, chosen)).unwrap();
            assert_eq!(cheapest(&choices, elements, known), slow, "{choices:?}");
        }
        assert!(several > 100, "{several}");
    }

    /// The plain way to compare with: takes the choice of the best score again and again. The gain of a choice is what the elements that it newly
    /// covers would cost by the cheapest choice of each.
    fn greedy_slowly(choices: &[Choice], elements: usize, score: impl Fn(usize, usize) -> i64) -> Vec<usize> {
        let mut single = vec![usize::MAX; elements];
        for choice in choices {
            for element in choice.covers.iter().filter(|_| choice.covers.len() == 1) {
                if let Some(slot) = single.get_mut(*element) {
                    *slot = choice.cost.min(*slot);
                }
            }
        }
        let mut open = vec![true; elements];
        let mut chosen = Vec::new();
        loop {
            let is_open = |element: &&usize| open.get(**element).copied().unwrap_or_default();
            let gain = |choice: &Choice| -> usize {
                let new = choice.covers.iter().filter(is_open);
                new.map(|element| single.get(*element).copied().filter(|cost| *cost < usize::MAX).unwrap_or(1)).sum()
            };
            let rated = choices.iter().enumerate().map(|(at, choice)| (at, choice, gain(choice)));
            let rated = rated.filter(|(.., gain)| *gain > 0).map(|(at, choice, gain)| (score(gain, choice.cost), at));
            let Some((_, at)) = rated.max_by_key(|(score, at)| (*score, usize::MAX - at)) else {
                return chosen;
            };
            for element in choices.get(at).iter().flat_map(|choice| &choice.covers) {
                if let Some(slot) = open.get_mut(*element) {
                    *slot = false;
                }
            }
            chosen.push(at);
        }
    }

    /// The plain way: leaves out what is needless, and takes in what makes more needless than it costs.
    fn improved_slowly(choices: &[Choice], elements: usize, chosen: Vec<usize>) -> Vec<usize> {
        let mut chosen = without_needless(choices, elements, chosen, None);
        for _ in 0..ROUNDS {
            let before = price(choices, &chosen);
            let mut alone = alone(choices, elements, &chosen);
            for (at, choice) in choices.iter().enumerate() {
                if chosen.contains(&at) || at_most_saved(choices, choice, &alone) <= choice.cost {
                    continue;
                }
                let mut more = chosen.clone();
                more.push(at);
                let fewer = without_needless(choices, elements, more, Some(at));
                if price(choices, &fewer) < price(choices, &chosen) {
                    chosen = fewer;
                    alone = self::alone(choices, elements, &chosen);
                }
            }
            if price(choices, &chosen) == before {
                break;
            }
        }
        chosen
    }

    /// Who alone covers an element, and of each chosen one how many it covers alone.
    struct Alone {
        owner: Vec<Option<usize>>,
        count: BTreeMap<usize, usize>,
    }

    fn alone(choices: &[Choice], elements: usize, chosen: &[usize]) -> Alone {
        let mut owners: Vec<(u32, usize)> = vec![(0, 0); elements];
        for at in chosen {
            for element in choices.get(*at).iter().flat_map(|choice| &choice.covers) {
                if let Some((times, owner)) = owners.get_mut(*element) {
                    (*times, *owner) = (*times + 1, *at);
                }
            }
        }
        let owner: Vec<Option<usize>> =
            owners.into_iter().map(|(times, owner)| (times == 1).then_some(owner)).collect();
        let mut count = BTreeMap::new();
        owner.iter().flatten().for_each(|owner| *count.entry(*owner).or_default() += 1);
        Alone { owner, count }
    }

    /// The cost of those that a choice would make needless, each by itself.
    fn at_most_saved(choices: &[Choice], choice: &Choice, alone: &Alone) -> usize {
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        for owner in choice.covers.iter().filter_map(|element| *alone.owner.get(*element)?) {
            *taken.entry(owner).or_default() += 1;
        }
        let all = taken.iter().filter(|(owner, count)| alone.count.get(owner) == Some(count));
        all.filter_map(|(owner, _)| choices.get(*owner)).map(|choice| choice.cost).sum()
    }
}
