//! Clauses.

use super::Random;

impl Random {
    pub(super) fn clause(&mut self) {
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
        if self.chance(20) {
            self.push("by fields ( id )");
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
        for words in ["late by", "ahead by", "idle after"] {
            if self.chance(40) {
                self.push(",");
                self.push(words);
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
}
