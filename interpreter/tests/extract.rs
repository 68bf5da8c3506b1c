//! `scan` and `capture`: parts of a text as a record.

mod common;

use common::{rows, run};

const LOG: &str = "Failed password for root from 10.0.0.7 port 22 ssh2
Accepted key for bo
Failed password for eve from nowhere port 22 ssh2
session closed
";

fn written(clauses: &str) -> String {
    let text = format!(
        "topology logins
         record Line {{ line: string }}
         spout lines: Line {{ read file \"auth.log\" as text }}
         bolt parts {{ from lines  {clauses} }}
         sink out {{ from parts  write stdout as json }}"
    );
    rows(&run(&text, Vec::new(), &[("lines", LOG)]), "out")
}

#[test]
fn scan_filters_and_binds() {
    let failed = "\"Failed password for {user} from {addr:ip} port {port:int} ssh2\"";
    let clauses = format!("unnest scan(line, {failed}, \"Accepted {{}} for {{user}}\") as f  select f.*")
        .replace("{}", "{how}");
    assert_eq!(
        written(&clauses),
        "{\"user\":\"root\",\"addr\":\"10.0.0.7\",\"port\":22,\"how\":null}\n\
         {\"user\":\"bo\",\"addr\":null,\"port\":null,\"how\":\"key\"}\n"
    );
}

#[test]
fn capture_takes_named_groups() {
    let clauses = "let f = capture(line, r\"for (?P<user>\\w+)(?: from (?P<host>\\S+))?\")
                   where f != none  select user = f.user ?? \"-\", host = f.host ?? \"-\"";
    assert_eq!(
        written(clauses),
        "{\"user\":\"root\",\"host\":\"10.0.0.7\"}\n{\"user\":\"bo\",\"host\":\"-\"}\n\
         {\"user\":\"eve\",\"host\":\"nowhere\"}\n"
    );
}
