//! Did you mean.

/// The known name nearest to a word, where it is near enough to be meant: a third of the word may differ (a
/// transposition counts once), and the first of equals wins. Case alone never counts.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    /// So many are compared, so that a file with thousands of names and mistakes is not slow.
    const COMPARED: usize = 1_000;
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let limit = (word.len() / 3).max(1);
    let distance = |name: &str| strsim::osa_distance(&lower, &name.to_ascii_lowercase());
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(word.len()) <= limit && name.len() <= LONGEST && *name != word)
        .take(COMPARED)
        .map(|name| (distance(name), name))
        .filter(|(distance, name)| *distance <= limit && *distance < name.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
