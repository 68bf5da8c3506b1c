//! A Markov model of card transactions. A state is three letters: the amount (low, middle, high), the price class of what was
//! bought (normal, high), and the pause since the last one (long, normal, short). The three change independently of each other.

use std::borrow::Cow;

/// How likely each amount is followed by each.
const AMOUNT: [[f64; 3]; 3] = [[0.55, 0.35, 0.10], [0.40, 0.45, 0.15], [0.45, 0.40, 0.15]];
const PRICE: [[f64; 2]; 2] = [[0.85, 0.15], [0.70, 0.30]];
const PAUSE: [[f64; 3]; 3] = [[0.30, 0.55, 0.15], [0.35, 0.50, 0.15], [0.30, 0.40, 0.30]];

/// The mean probability that something else had followed than what did.
pub fn miss_probability(states: &[Cow<str>]) -> Result<f64, String> {
    let states = states.iter().map(|state| parse(state)).collect::<Result<Vec<_>, _>>()?;
    let pairs = states.len().checked_sub(1).filter(|pairs| *pairs > 0).ok_or("one state follows nothing")?;
    let misses: f64 = states.windows(2).map(|pair| 1.0 - follows(pair[0], pair[1])).sum();
    Ok(misses / pairs as f64)
}

fn follows([amount, price, pause]: [usize; 3], [then, with, after]: [usize; 3]) -> f64 {
    AMOUNT[amount][then] * PRICE[price][with] * PAUSE[pause][after]
}

fn parse(state: &str) -> Result<[usize; 3], String> {
    let letters: Vec<char> = state.chars().collect();
    let [amount, price, pause] = letters[..] else { return Err(format!("`{state}` is no state")) };
    let place = |letters: &str, letter| letters.chars().position(|known| known == letter);
    match (place("LMH", amount), place("NH", price), place("LNS", pause)) {
        (Some(amount), Some(price), Some(pause)) => Ok([amount, price, pause]),
        _ => Err(format!("`{state}` is no state")),
    }
}
