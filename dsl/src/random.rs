//! Random valid programs, as lists of tokens, for the tests of parser and formatter.

use crate::ast::File;
use crate::source::FileId;

/// A random program; the same seed gives the same one.
pub(crate) fn program(seed: u64) -> Vec<String> {
    let mut random = Random { state: seed | 1, tokens: Vec::new() };
    random.program();
    random.tokens
}

/// An AST without its spans, as text.
pub(crate) fn without_spans(file: &File) -> String {
    let text = format!("{file:?}");
    let mut parts = text.split("Span { file: FileId(");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    kept
}

/// The AST of a text that must have no mistakes, without its spans.
pub(crate) fn parsed(text: &str) -> String {
    let (file, found) = crate::parse(FileId(0), text);
    assert!(found.is_empty(), "{text}\n{:#?}", found.into_sorted());
    without_spans(&file)
}

/// Tokens joined by what a seed chooses: spaces, line ends, comments. Docs keep their line.
pub(crate) fn spaced(tokens: &[String], seed: u64) -> String {
    let mut random = Random { state: seed | 1, tokens: Vec::new() };
    let mut text = String::new();
    for token in tokens {
        text.push_str(token);
        let space = random.pick(&[
            " ",
            "  ",
            "\n",
            "\n\n\n",
            "\t",
            "\r\n",
            " /* c */ ",
            " /* a /* b */ */\n",
            " // c\n",
            "\n//\n",
        ]);
        text.push_str(if token.starts_with("//") { "\n" } else { space });
    }
    text
}

/// A small generator (xorshift64*), so that a program is a function of its seed.
struct Random {
    state: u64,
    tokens: Vec<String>,
}

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn push(&mut self, tokens: &str) {
        self.tokens.extend(tokens.split(' ').map(str::to_owned));
    }

    fn one_of(&mut self, from: &[&str]) {
        let token = self.pick(from).to_owned();
        self.tokens.push(token);
    }

    fn name(&mut self) {
        self.one_of(&[
            "a", "ip", "time", "by", "window", "count", "at", "key", "end", "first", "top", "r#from", "r#in",
            "_x9", "late", "group", "session", "rows", "asc", "ties",
        ]);
    }

    /// A name that begins no clause, so that what stands before it may be left out.
    fn plain(&mut self) {
        self.one_of(&["a", "bytes", "status", "r#where", "hits", "x"]);
    }

    fn text(&mut self) {
        self.one_of(&["\"\"", "\"a b\"", "\"é // \\\" {\"", "r\"\\d\"", "r#\"a\"b\"#", "\"\\u{41}\\n\""]);
    }

    fn docs(&mut self) {
        for _ in 0..self.below(8).saturating_sub(5) {
            self.one_of(&[
                "/// A doc.",
                "///",
                "#[doc = \"an attribute\"]",
                "///  two \"spaces\" {",
                "/** a block */",
            ]);
        }
    }

    fn list(&mut self, least: usize, entry: fn(&mut Self)) {
        for at in 0..least + self.below(3) {
            if at > 0 {
                self.push(",");
            }
            entry(self);
        }
    }

    fn trailing_comma(&mut self) {
        if self.chance(20) {
            self.push(",");
        }
    }

    fn program(&mut self) {
        for _ in 0..self.below(3) {
            self.one_of(&["//! Top.", "//!", "#![doc = \"top\"]"]);
        }
        if self.chance(70) {
            self.docs();
            self.push("topology");
            self.name();
        }
        for _ in 0..1 + self.below(5) {
            self.docs();
            match self.below(8) {
                7 => self.own_rust(),
                5 => self.function(),
                6 => self.table(),
                4 => {
                    self.push("import");
                    self.text();
                    if self.chance(50) {
                        self.push("as");
                        self.name();
                    }
                }
                0 => self.param(),
                1 => self.record(),
                _ => self.node(),
            }
        }
    }

    fn table(&mut self) {
        self.push("table");
        self.name();
        self.push(":");
        self.name();
        self.push("{ read file");
        self.text();
        self.push("as json key");
        self.list(1, Self::name);
        self.push("}");
    }

    fn type_name(&mut self) {
        let depth = self.below(6).saturating_sub(3);
        for _ in 0..depth {
            self.push("list <");
        }
        self.one_of(&["int", "string", "ip", "timestamp", "Inner", "c :: Inner"]);
        if self.chance(30) {
            self.push("?");
        }
        for _ in 0..depth {
            self.push(">");
            if self.chance(30) {
                self.push("?");
            }
        }
    }

    fn param(&mut self) {
        self.push("param");
        self.name();
        self.push(":");
        self.type_name();
        if self.chance(60) {
            self.push("=");
            self.expr(2);
        }
    }

    fn function(&mut self) {
        self.push("fn");
        self.name();
        self.push("(");
        self.list(0, Self::parameter);
        if self.tokens.last().is_some_and(|last| last != "(") {
            self.trailing_comma();
        }
        self.push(") ->");
        self.type_name();
        self.push("=");
        if self.chance(20) {
            self.push("rust geo :: country");
        } else {
            self.expr(3);
        }
    }

    fn own_rust(&mut self) {
        self.push("rust");
        if self.chance(50) {
            self.push("mod");
        } else {
            self.push("dep");
            self.text();
            self.push("=");
        }
        self.text();
    }

    fn parameter(&mut self) {
        self.name();
        self.push(":");
        self.type_name();
    }

    fn record(&mut self) {
        self.push("record");
        self.name();
        self.push("{");
        if self.chance(90) {
            self.list(1, Self::field);
            self.trailing_comma();
        }
        self.push("}");
    }

    fn field(&mut self) {
        self.docs();
        self.name();
        self.push(":");
        self.type_name();
        if self.chance(20) {
            self.push("from");
            self.text();
        }
        if self.chance(20) {
            self.push("as");
            if self.chance(50) { self.text() } else { self.name() }
        }
        if self.chance(20) {
            self.push("absent");
            self.text();
        }
    }

    fn node(&mut self) {
        self.one_of(&["spout", "bolt", "sink"]);
        self.name();
        if self.chance(30) {
            self.push(":");
            self.name();
        }
        if self.chance(20) {
            self.push("tasks");
            self.expr(1);
        }
        self.push("{");
        for _ in 0..self.below(6) {
            self.docs();
            self.clause();
        }
        self.push("}");
    }

    fn clause(&mut self) {
        match self.below(16) {
            13 => self.partner(),
            14 => {
                self.push("run geo :: Scorer");
                if self.chance(50) {
                    self.options(1);
                }
            }
            0 => {
                self.push("from");
                self.list(1, Self::input);
            }
            1 => {
                self.push("read");
                self.connector();
            }
            2 => {
                self.push("write");
                self.connector();
            }
            3 => {
                self.push("where");
                self.expr(4);
            }
            4 => {
                self.push("let");
                self.name();
                self.push("=");
                self.expr(4);
            }
            5 => self.time(),
            6 => {
                self.push("group by");
                self.list(1, Self::column);
            }
            7 => self.window(),
            10 => self.top(),
            9 => self.distinct(),
            12 => self.keep(),
            8 => {
                self.push("select");
                self.list(1, Self::select_item);
            }
            11 => {
                self.push("split {");
                if self.chance(90) {
                    self.list(1, Self::arm);
                    self.trailing_comma();
                }
                self.push("}");
            }
            _ => {
                self.push("unnest");
                self.expr(2);
                self.push("as");
                self.name();
            }
        }
    }

    fn distinct(&mut self) {
        self.push("distinct on");
        self.list(1, Self::column);
        if self.chance(50) {
            self.push("within");
            self.expr(1);
        }
    }

    fn keep(&mut self) {
        self.push("keep");
        self.name();
        self.push(":");
        self.type_name();
        self.push("=");
        self.expr(3);
        self.push("then");
        self.expr(3);
        if self.chance(50) {
            self.push("for");
            self.expr(1);
        }
    }

    fn arm(&mut self) {
        self.name();
        if self.chance(20) {
            return self.push("otherwise");
        }
        self.push("when");
        self.expr(3);
    }

    fn partner(&mut self) {
        self.one_of(&["join", "left join", "lookup", "left lookup"]);
        self.column();
        if self.chance(50) {
            self.push("as");
            self.name();
        }
        self.push("on");
        self.expr(2);
        if self.chance(50) {
            self.push("within");
            self.one_of(&["10m", "0s ..= x", "- 1h .. ( a . b )"]);
        } else if self.chance(50) {
            self.push("for");
            self.expr(1);
        }
    }

    fn column(&mut self) {
        self.plain();
        if self.chance(20) {
            self.push(".");
            self.name();
        }
    }

    fn input(&mut self) {
        self.column();
        if self.chance(20) {
            self.push("as");
            self.name();
        }
        if self.chance(30) {
            self.push("by");
            self.one_of(&["shuffle", "global"]);
            if self.chance(50) {
                self.arguments(1, 0);
            }
        }
    }

    fn connector(&mut self) {
        self.one_of(&["file", "stdout", "generate"]);
        match self.below(4) {
            0 => self.text(),
            1 => self.plain(),
            2 => {
                self.push("(");
                self.expr(2);
                self.push(")");
            }
            _ => {}
        }
        if self.chance(30) {
            self.options(2);
        }
        if self.chance(50) {
            self.push("as");
            self.one_of(&["json", "csv", "pattern"]);
            if self.chance(30) {
                self.text();
            }
            if self.chance(30) {
                self.options(1);
            }
        }
    }

    fn options(&mut self, depth: usize) {
        self.push("{");
        for at in 0..self.below(3) {
            if at > 0 {
                self.push(",");
            }
            self.name();
            self.push(":");
            if depth > 0 && self.chance(30) { self.options(depth - 1) } else { self.expr(depth) }
        }
        if self.tokens.last().is_some_and(|last| last != "{") {
            self.trailing_comma();
        }
        self.push("}");
    }

    fn time(&mut self) {
        self.push("time");
        self.expr(3);
        for word in ["late", "ahead"] {
            if self.chance(50) {
                self.push(",");
                self.push(word);
                self.push("by");
                self.expr(1);
            }
        }
    }

    fn window(&mut self) {
        self.push("window");
        if self.chance(20) {
            return self.push("all");
        }
        if self.chance(20) {
            return self.push("running for 1d");
        }
        if self.chance(20) {
            self.push("until");
            self.expr(2);
        } else {
            self.one_of(&["tumbling", "hopping", "session", "trailing"]);
            self.one_of(&["1m", "5m30s", "size", "- 1h", "x", "rows"]);
            if self.chance(30) {
                self.push("rows");
            }
        }
        for words in ["every", "offset", "max", "for", "allow late", "emit every"] {
            if self.chance(20) {
                self.push(words);
                self.expr(1);
            }
        }
    }

    fn top(&mut self) {
        self.push("top");
        self.one_of(&["1", "10", "n"]);
        self.push("by");
        self.list(1, |random| {
            random.plain();
            if random.chance(50) {
                random.push("+");
                random.expr(2);
            }
            if random.chance(30) {
                random.push("asc");
            }
        });
        if self.chance(30) {
            self.push("with ties");
        }
    }

    fn select_item(&mut self) {
        self.docs();
        match self.below(4) {
            0 => self.push("*"),
            1 => {
                self.plain();
                self.push(". *");
            }
            2 => self.column(),
            _ => {
                self.name();
                self.push("=");
                self.expr(4);
            }
        }
    }

    /// Operators of every level, no two comparisons or ranges in one run.
    fn expr(&mut self, depth: usize) {
        let mut comparison = false;
        for at in 0..1 + self.below(depth + 1) {
            if at > 0 {
                if self.chance(25) {
                    self.one_of(&["&&", "||"]);
                    comparison = false;
                } else if !comparison && self.chance(30) {
                    self.one_of(&["==", "!=", "<", "<=", ">", ">=", "in", "matches"]);
                    comparison = true;
                } else {
                    self.one_of(&["+", "-", "*", "/", "%", "??"]);
                }
            }
            while self.chance(10) {
                self.one_of(&["-", "!"]);
            }
            self.operand(depth);
        }
    }

    fn operand(&mut self, depth: usize) {
        match if depth == 0 { self.below(3) } else { self.below(9) } {
            0 => self.one_of(&[
                "1",
                "0",
                "1_000",
                "0xff",
                "1.5",
                "2e3",
                "2.5e-1",
                "5m30s",
                "1.5h",
                "64KiB",
                "9223372036854775808",
            ]),
            1 => self.one_of(&["true", "false", "none"]),
            2 => self.name(),
            3 => self.text(),
            4 => {
                self.push("(");
                self.expr(depth - 1);
                self.push(")");
            }
            5 => {
                self.name();
                self.arguments(depth - 1, 20);
            }
            6 => {
                self.push("[");
                for _ in 0..self.below(3) {
                    self.expr(depth - 1);
                    self.push(",");
                }
                self.push("a .. b ]");
            }
            7 => {
                self.push("if");
                self.expr(depth - 1);
                self.push("{");
                self.expr(depth - 1);
                self.push("} else {");
                self.expr(depth - 1);
                self.push("}");
            }
            _ => {
                self.push("try (");
                self.expr(depth - 1);
                self.push(")");
            }
        }
        while self.chance(15) {
            self.one_of(&[".", "?."]);
            self.name();
        }
    }

    fn arguments(&mut self, depth: usize, filter_percent: usize) {
        self.push("(");
        for at in 0..self.below(3) {
            if at > 0 {
                self.push(",");
            }
            self.expr(depth);
        }
        if self.chance(filter_percent) {
            self.push("where");
            self.expr(depth);
        }
        self.push(")");
    }
}
