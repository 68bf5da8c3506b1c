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

            /// The page that explains it, in Markdown: what it means, a faulty example, and the mended one.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../../../docs/errors/", $id, ".md"))),* }
            }

            /// The code of this id or name, whatever the case: `T0101`, `unknown-name`.
            #[must_use]
            pub fn named(word: &str) -> Option<Code> {
                let fits = |text: &str| text.eq_ignore_ascii_case(word);
                Code::ALL.iter().copied().find(|code| fits(code.id()) || fits(code.name()))
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
    TooDeep "T0003" "too-deep" Error "Brackets or operators are nested too deep";
    TooLarge "T0004" "too-large" Error "More than a topology may have";
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
    ReservedName "T0103" "reserved-name" Error "A name that the program itself uses";
    AmbiguousName "T0104" "ambiguous-name" Error "A name that means two things";
    UnknownType "T0105" "unknown-type" Error "A type or form that does not exist";
    UnknownFunction "T0106" "unknown-function" Error "A function that does not exist";
    UnknownConnector "T0107" "unknown-connector" Error "A connector or format that does not exist";
    UnknownOption "T0108" "unknown-option" Error "An option that does not exist";
    BadImport "T0109" "bad-import" Error "A file that cannot be imported";

    TypeMismatch "T0201" "type-mismatch" Error "A value of one type where another is expected";
    OptionalValue "T0202" "optional-value" Error "A value that may be absent where one is needed";
    BadOperands "T0203" "bad-operands" Error "An operator that has no meaning for its operands";
    BadArguments "T0204" "bad-arguments" Error "Arguments that a function does not take";
    BadConstant "T0205" "bad-constant" Error "A literal that is no value of its type";
    AlwaysFails "T0206" "always-fails" Error "A constant part that fails for every tuple";
    NotConstant "T0207" "not-constant" Error "Something else where constants and params stand";
    BadPattern "T0208" "bad-pattern" Error "A regular expression, line pattern or time pattern that is none";
    BadField "T0209" "bad-field" Error "A field or param whose parts do not go together";
    NotAValue "T0210" "not-a-value" Error "Something that has no value of its own";
    RecursiveRecord "T0211" "recursive-record" Error "A record that holds itself, or too many fields";
    RecursiveFunction "T0212" "recursive-function" Error "A function that calls itself, or functions that call each other too deep";

    Cycle "T0301" "cycle" Error "Nodes that read each other in a circle";
    MissingClause "T0302" "missing-clause" Error "A node without a clause that it needs";
    MisplacedClause "T0303" "misplaced-clause" Error "A clause that does not stand here";
    DuplicateClause "T0304" "duplicate-clause" Error "A clause that may stand once stands twice";
    UnionMismatch "T0305" "union-mismatch" Error "Inputs of one node with different columns";
    BadInput "T0306" "bad-input" Error "Something that cannot be read here";
    NothingToRun "T0307" "nothing-to-run" Error "A topology in which nothing runs";
    BadRecord "T0308" "bad-record" Error "A spout without a record, or another node with one";
    BadSplit "T0309" "bad-split" Error "A split whose arms do not go together";
    BadTest "T0310" "bad-test" Error "A test that cannot be run";

    UnknownGrouping "T0401" "unknown-grouping" Error "A grouping that does not exist";
    GroupingAgainstKeys "T0402" "grouping-against-keys" Error "A grouping that tears a key's rows apart";
    MixedGroupings "T0403" "mixed-groupings" Error "Inputs of one node that are grouped differently";
    TasksRequired "T0404" "tasks-required" Error "A grouping whose rows depend on the number of tasks, which is not given";
    BadTasks "T0405" "bad-tasks" Error "A number of tasks that cannot be";
    BadKey "T0406" "bad-key" Error "A column that cannot be a key";
    BadGrouping "T0407" "bad-grouping" Error "A grouping whose arguments or place do not fit";

    WindowWithoutTime "T0501" "window-without-time" Error "A window in time over rows that have none";
    HopLargerThanSize "T0502" "hop-larger-than-size" Error "Windows that leave gaps";
    AggregateWithoutWindow "T0503" "aggregate-without-window" Error "An aggregate over nothing";
    NeitherKeyNorAggregate "T0504" "neither-key-nor-aggregate" Error "A column that has no one value in a window";
    AggregateOfOptional "T0505" "aggregate-of-optional" Error "An aggregate over values that may be absent";
    NestedAggregate "T0506" "nested-aggregate" Error "An aggregate inside an aggregate";
    GroupWithoutWindow "T0507" "group-without-window" Error "A `group by` that nothing uses";
    BadWindow "T0508" "bad-window" Error "A window that does not exist, or whose parts do not go together";
    BadDuration "T0509" "bad-duration" Error "A duration out of its range";
    WindowWithoutSelect "T0510" "window-without-select" Error "A window from which no row leaves";
    TooManyWindows "T0511" "too-many-windows" Error "A window that moves on in steps too small for its size";
    StateOfRevisions "T0512" "state-of-revisions" Error "State over rows that are sent again";
    BadJoin "T0531" "bad-join" Error "A join or lookup whose parts do not go together";

    BadConnector "T0601" "bad-connector" Error "A connector or format whose parts do not go together";
    FormatMismatch "T0602" "format-mismatch" Error "A record that does not fit its format";

    BadRustFile "T0801" "bad-rust-file" Error "A file or crate of Rust that cannot be used";
    UnknownRust "T0802" "unknown-rust" Error "A Rust item that is not there, or not `pub`";
    RustSignature "T0803" "rust-signature" Error "A Rust item whose types are not those of its declaration";
    NeedsCompiler "T0804" "needs-compiler" Error "Own Rust where nothing compiles it";

    UnusedNode "T0901" "unused-node" Warning "A node whose rows reach no sink";
    UnusedDeclaration "T0902" "unused-declaration" Warning "A record, param or function that nothing uses";
    UnusedTasks "T0903" "unused-tasks" Warning "A number of tasks that makes no difference";
    ConstantCondition "T0904" "constant-condition" Warning "A condition that is the same for every row";
    StarvedSpout "T0905" "starved-spout" Warning "A spout whose turn never comes";
    UnreadStream "T0906" "unread-stream" Warning "A stream of a split that nobody reads";
    ArrivalTime "T0907" "arrival-time" Warning "Rows that another run would make otherwise";
    RowsLeftOver "T0908" "rows-left-over" Warning "A window in time over rows that leave at the end of the input";
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
