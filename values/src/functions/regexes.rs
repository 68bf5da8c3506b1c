//! Regular expressions, behind the feature `regex`: only programs that use them link the engine.

/// A compiled regular expression: what stands behind `matches`. It is found anywhere in the text unless it is anchored,
/// in time linear in the text.
#[derive(Clone, Debug)]
pub struct Regex(regex::Regex);

impl Regex {
    /// Compiles a pattern, once.
    ///
    /// # Errors
    /// What is wrong with the pattern, as the engine says it.
    pub fn new(pattern: &str) -> Result<Regex, String> {
        regex::Regex::new(pattern).map(Regex).map_err(|error| error.to_string())
    }

    /// Whether the pattern is found in the text.
    #[inline]
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn a_pattern_is_found_anywhere_unless_it_is_anchored() {
        assert!(Regex::new("b+").unwrap().is_match("abbc"));
        assert!(!Regex::new("^b+$").unwrap().is_match("abbc"));
        assert!(Regex::new("(").is_err());
    }
}
