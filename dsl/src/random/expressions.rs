//! Expressions.

use super::Random;

impl Random {
    /// Operators of every level, no two comparisons or ranges in one run.
    pub(super) fn expr(&mut self, depth: usize) {
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

    pub(super) fn arguments(&mut self, depth: usize, filter_percent: usize) {
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
