//! Declarations: everything but imports.

use super::Random;

impl Random {
    pub(super) fn table(&mut self) {
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

    pub(super) fn test(&mut self) {
        self.push("test");
        self.text();
        self.push("{");
        for _ in 0..self.below(5) {
            match self.below(4) {
                0 => {
                    self.push("param");
                    self.name();
                    self.push("=");
                    self.expr(2);
                }
                1 => {
                    self.push("at");
                    self.one_of(&["10s", "\"2026-01-05T00:00:00Z\""]);
                }
                2 => {
                    self.push("given");
                    self.name();
                    self.values(2);
                }
                _ => {
                    self.push("expect");
                    self.one_of(&["a", "c :: a", "a . late", "dead_letters"]);
                    if self.chance(30) {
                        self.push("contains");
                    }
                    self.values(2);
                }
            }
        }
        self.push("}");
    }

    fn values(&mut self, depth: usize) {
        self.push("[");
        let count = self.below(3);
        for at in 0..count {
            if at > 0 {
                self.push(",");
            }
            self.value(depth);
        }
        if count > 0 {
            self.trailing_comma();
        }
        self.push("]");
    }

    fn value(&mut self, depth: usize) {
        match self.below(if depth == 0 { 1 } else { 4 }) {
            0 => self.expr(1),
            1 => self.values(depth - 1),
            _ => {
                self.push("{");
                let count = self.below(3);
                for at in 0..count {
                    if at > 0 {
                        self.push(",");
                    }
                    self.name();
                    self.push(":");
                    self.value(depth - 1);
                }
                if count > 0 {
                    self.trailing_comma();
                }
                self.push("}");
            }
        }
    }

    pub(super) fn type_name(&mut self) {
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

    pub(super) fn param(&mut self) {
        self.push("param");
        self.name();
        self.push(":");
        self.type_name();
        if self.chance(60) {
            self.push("=");
            self.expr(2);
        }
    }

    pub(super) fn function(&mut self) {
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

    pub(super) fn own_rust(&mut self) {
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

    pub(super) fn record(&mut self) {
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

    pub(super) fn node(&mut self) {
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
}
