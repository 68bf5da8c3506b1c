//! The table of codes: `T`, two digits of the subject, two of the mistake (00 syntax, 01 names, 02 types, 03 graph,
//! 04 groupings, 05 time and windows, 06 delivery, 07 state, 08 Rust and build, 09 lints). A code, once published,
//! never changes its meaning.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The topology cannot be built.
    Error,
    /// It can be built, and is likely to surprise.
    Warning,
}

impl Severity {
    /// `error`, `warning`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// Declares [`Code`], one line a code: variant, id, kebab name, severity, title.
macro_rules! codes {
    ($($variant:ident $id:literal $name:literal $severity:ident $title:literal;)*) => {
        /// What kind of mistake a finding is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// All of them, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// `T0101`
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Code::$variant => $id),* }
            }

            /// `unknown-name`
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// One line on what it is about.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }
        }
    };
}

codes! {
    Syntax "T0001" "syntax" Error "Something else was expected here";
    Unbalanced "T0002" "unbalanced-brackets" Error "A bracket, string or comment is not closed, or closes nothing";
    TooDeep "T0003" "too-deep" Error "Brackets are nested more than 128 deep";
    TooLarge "T0004" "too-large" Error "A file of more than 16 MiB";
    NotInVersion "T0005" "not-in-this-version" Error "A part of the language that this version does not have";
    BadCharacter "T0006" "bad-character" Error "A character that has no meaning outside strings and comments";
    ReservedWord "T0007" "reserved-word" Error "A reserved word stands where a name must";
    ChainedComparison "T0008" "chained-comparison" Error "Comparisons do not chain";
    BadLiteral "T0009" "bad-literal" Error "A number, string or unit that is none";
    WrongOperator "T0010" "wrong-operator" Error "`=` and `==` are mixed up, or an operator of another language";
    TrailingComma "T0011" "trailing-comma" Error "A comma at the end of a clause";
    MissingComma "T0012" "missing-comma" Error "Two entries without a comma between them";
    UnknownKeyword "T0013" "unknown-keyword" Error "A declaration or clause that begins with no known word";
    MisplacedDoc "T0014" "misplaced-doc" Error "A doc comment that documents nothing";

    UnknownName "T0101" "unknown-name" Error "A name that is declared nowhere";
    DuplicateName "T0102" "duplicate-name" Error "A name that is declared twice";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn ids_and_names_are_well_formed_and_used_once() {
        let mut ids = std::collections::BTreeSet::new();
        let mut names = std::collections::BTreeSet::new();
        for code in Code::ALL {
            let digits = code.id().strip_prefix('T').unwrap_or_default();
            assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{code:?}");
            assert!(code.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code:?}");
            assert!(ids.insert(code.id()) && names.insert(code.name()), "{code:?} is a duplicate");
        }
    }
}
