//! Where roots are cut, and for which stages.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::collections::BTreeMap;

use streamwright_codegen::plan::{self, Plan};
use streamwright_codegen::rust;
use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::Diagnostics;
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Source, Sources};

fn planned(bolts: &str) -> (Plan, String) {
    let text = format!(
        "topology cuts record R {{ user: string, n: int, at: timestamp }}
         spout s: R {{ read stdin as json  time at, late by 2s }} {bolts}"
    );
    let mut sources = Sources::default();
    let file = sources.add(Source::new("cuts.topo", text));
    let (ast, syntax) = parse(file, &sources.get(file).text);
    assert!(!syntax.has_errors(), "{:?}", syntax.into_sorted());
    let mut found = Diagnostics::new();
    let topology = check(&ast, file, &mut found).unwrap_or_else(|| panic!("{:?}", found.into_sorted()));
    let plan = plan::plan(&topology);
    let text = rust::program(&plan, &sources);
    (plan, text)
}

/// For each node with state, those at whose boundaries its rows are cut.
fn cuts(plan: &Plan) -> BTreeMap<&str, Vec<&str>> {
    let name = |keyed: usize| plan.topology.node(plan.keyed[keyed].node).name.as_str();
    let cuts_of = |stage: usize| {
        let cuts = plan.cuts[0].iter().filter(|cut| cut.classes.contains(&plan.keyed[stage].class));
        (name(stage), cuts.map(|cut| name(cut.keyed)).collect())
    };
    (0..plan.keyed.len()).map(cuts_of).collect()
}

#[test]
fn a_stage_is_not_cut_by_its_siblings() {
    let (plan, _) = planned(
        "bolt visits { from s  group by user  window session 5s  select user, n = count() }
         bolt total { from s  window tumbling 1m  select n = count() }
         bolt hourly { from total  window tumbling 1h  select n = sum(n) }
         sink a { from visits  write discard }  sink b { from hourly  write discard }",
    );
    let expected =
        [("visits", vec!["visits"]), ("total", vec!["total"]), ("hourly", vec!["total", "hourly"])];
    assert_eq!(cuts(&plan), BTreeMap::from(expected));
}

#[test]
fn what_leaves_at_once_is_cut_for_those_behind() {
    let (plan, _) = planned(
        "bolt fresh { from s  distinct on user within 1m }
         bolt total { from fresh  window tumbling 1m  select n = count() }
         bolt counted { from s  group by user  keep seen: int = 1 then seen + 1 }
         bolt both { from counted  group by user  window session 5s  select user, n = count() }
         sink a { from total  write discard }  sink b { from both  write discard }",
    );
    let expected = [
        ("fresh", vec!["fresh", "total"]),
        ("total", vec!["total"]),
        ("counted", vec!["both"]),
        ("both", vec!["both"]),
    ];
    assert_eq!(cuts(&plan), BTreeMap::from(expected));
}

#[test]
fn windows_on_a_grid_are_not_cut_at_each_new_time() {
    let bolt = "bolt total { from s  group by user  window tumbling 1m";
    for (clauses, rest) in [
        (" allow late 30s emit every 10s", "select user, n = count(), revision"),
        ("", "top 3 by n"),
        ("", "select user, n = count()  top 3 by n"),
    ] {
        let (_, text) = planned(&format!("{bolt}{clauses} {rest} }} sink a {{ from total  write discard }}"));
        assert!(!text.contains("step: 1,"), "{rest}");
    }
    let (_, text) = planned(
        "bolt total { from s  window until at + 1m  select n = count() }  sink a { from total  write discard }",
    );
    assert!(text.contains("step: 1,"));
}
