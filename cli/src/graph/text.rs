//! A drawing in characters, for terminals and comments.

use std::collections::BTreeMap;

use super::layout::{Layout, Link, Place};
use super::{Drawing, Vertex};

/// The arms of a line's character.
const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;
/// The character of each set of arms.
const LINES: [char; 16] = [' ', '│', '│', '│', '─', '╯', '╮', '┤', '─', '╰', '╭', '├', '─', '┴', '┬', '┼'];

/// Between two boxes of a layer.
const GAP: f64 = 3.0;
/// Lines of a box.
const BOX: usize = 4;

/// Boxes in layers, joined by lines; where two lines cross, the one that goes down is drawn whole.
pub(crate) fn text(drawing: &Drawing) -> String {
    let layout = Layout::of(drawing);
    let widths: Vec<Vec<usize>> = layout
        .layers
        .iter()
        .map(|layer| layer.iter().map(|place| width(*place, drawing)).collect())
        .collect();
    let wide: Vec<Vec<f64>> =
        widths.iter().map(|layer| layer.iter().map(|width| *width as f64).collect()).collect();
    let centres: Vec<Vec<usize>> = layout
        .centres(&wide, GAP)
        .iter()
        .map(|layer| layer.iter().map(|centre| centre.floor() as usize).collect())
        .collect();
    let mut canvas = Canvas::default();
    let mut top = 0;
    for (layer, places) in layout.layers.iter().enumerate() {
        for (at, place) in places.iter().enumerate() {
            match place {
                Place::Vertex(vertex) => {
                    canvas.boxed(top, centres[layer][at], widths[layer][at], &drawing.vertices[*vertex]);
                }
                Place::Pass(_) => (0..BOX).for_each(|row| canvas.put(top + row, centres[layer][at], '│')),
            }
        }
        top += BOX;
        if let Some(links) = layout.links.get(layer) {
            let channel = Channel { links, above: &centres[layer], below: &centres[layer + 1], top };
            top += channel.draw(&mut canvas, &layout.layers[layer + 1], drawing);
        }
    }
    canvas.finish()
}

/// An odd number, so that there is a middle.
fn width(place: Place, drawing: &Drawing) -> usize {
    let Place::Vertex(vertex) = place else { return 1 };
    let vertex = &drawing.vertices[vertex];
    let title = vertex.kind.len() + 1 + vertex.name.chars().count();
    (title.max(vertex.detail.chars().count()) + 4) | 1
}

/// The lines between two layers.
struct Channel<'a> {
    links: &'a [Link],
    above: &'a [usize],
    below: &'a [usize],
    top: usize,
}

impl Channel<'_> {
    /// Draws it, and says how many lines it took.
    fn draw(&self, canvas: &mut Canvas, targets: &[Place], drawing: &Drawing) -> usize {
        let tracks = self.tracks();
        let height = if tracks.is_empty() { 2 } else { tracks.len() + 2 };
        let mut cells: BTreeMap<(usize, usize), Vec<u8>> = BTreeMap::new();
        for source in 0..self.above.len() {
            let track = tracks.iter().position(|track| *track == source).map(|at| at + 1);
            for (cell, arms) in self.net(source, track, height) {
                cells.entry(cell).or_default().push(arms);
            }
        }
        for ((row, column), nets) in cells {
            let all = nets.iter().fold(0, |all, arms| all | arms);
            let crossing = nets.contains(&(UP | DOWN)) && nets.contains(&(LEFT | RIGHT)) && nets.len() == 2;
            canvas.put(self.top + row, column, if crossing { '│' } else { LINES[usize::from(all)] });
        }
        for (at, place) in targets.iter().enumerate() {
            let mut labels: Vec<&str> = self
                .links
                .iter()
                .filter(|link| link.to == at)
                .map(|link| drawing.edges[link.edge].label.as_str())
                .collect();
            labels.dedup();
            if matches!(place, Place::Vertex(_)) && !labels.is_empty() {
                canvas.put(self.top + height - 1, self.below[at], '▼');
                if let [label] = labels[..] {
                    canvas.note(self.top + height - 1, self.below[at] + 2, label);
                }
            }
        }
        height
    }

    /// The sources whose lines turn, in the order of the lines they turn on: one above another if the other comes
    /// down where this one starts, so that they do not run into each other.
    fn tracks(&self) -> Vec<usize> {
        let mut waiting: Vec<usize> = (0..self.above.len())
            .filter(|source| self.targets(*source).any(|column| column != self.above[*source]))
            .collect();
        let mut tracks = Vec::new();
        while !waiting.is_empty() {
            let free = waiting.iter().position(|source| {
                let blocks = |other: &usize| {
                    other != source && self.targets(*source).any(|column| column == self.above[*other])
                };
                !waiting.iter().any(blocks)
            });
            tracks.push(waiting.remove(free.unwrap_or_default()));
        }
        tracks
    }

    /// The columns that a source's links end in.
    fn targets(&self, source: usize) -> impl Iterator<Item = usize> {
        self.links.iter().filter(move |link| link.from == source).map(|link| self.below[link.to])
    }

    /// The cells of one source's lines, each with its arms.
    fn net(&self, source: usize, track: Option<usize>, height: usize) -> BTreeMap<(usize, usize), u8> {
        let start = self.above[source];
        let mut cells = BTreeMap::new();
        let mut add = |row: usize, column: usize, arms: u8| *cells.entry((row, column)).or_insert(0) |= arms;
        for end in self.targets(source) {
            let turn = track.unwrap_or(0);
            (0..turn).for_each(|row| add(row, start, UP | DOWN));
            if end == start {
                (turn..height).for_each(|row| add(row, start, UP | DOWN));
                continue;
            }
            let (towards, back) = if end > start { (RIGHT, LEFT) } else { (LEFT, RIGHT) };
            add(turn, start, UP | towards);
            (start.min(end) + 1..start.max(end)).for_each(|column| add(turn, column, LEFT | RIGHT));
            add(turn, end, back | DOWN);
            (turn + 1..height).for_each(|row| add(row, end, UP | DOWN));
        }
        cells
    }
}

/// Lines of characters that grow as they are written on.
#[derive(Default)]
struct Canvas(Vec<Vec<char>>);

impl Canvas {
    fn put(&mut self, row: usize, column: usize, what: char) {
        if self.0.len() <= row {
            self.0.resize(row + 1, Vec::new());
        }
        if self.0[row].len() <= column {
            self.0[row].resize(column + 1, ' ');
        }
        self.0[row][column] = what;
    }

    fn write(&mut self, row: usize, column: usize, text: &str) {
        text.chars().enumerate().for_each(|(at, char)| self.put(row, column + at, char));
    }

    /// Writes where nothing stands, one free character on both sides; else not at all.
    fn note(&mut self, row: usize, column: usize, text: &str) {
        let end = column + text.chars().count();
        let line = self.0.get(row).map_or(&[][..], Vec::as_slice);
        let taken = line.iter().skip(column - 1).take(end + 2 - column).any(|char| *char != ' ');
        if !taken && !text.is_empty() {
            self.write(row, column, text);
        }
    }

    fn boxed(&mut self, top: usize, centre: usize, width: usize, vertex: &Vertex) {
        let left = centre - width / 2;
        let rule = "─".repeat(width - 2);
        self.write(top, left, &format!("╭{rule}╮"));
        self.write(
            top + 1,
            left,
            &format!("│{:^1$}│", format!("{} {}", vertex.kind, vertex.name), width - 2),
        );
        self.write(top + 2, left, &format!("│{:^1$}│", vertex.detail, width - 2));
        self.write(top + 3, left, &format!("╰{rule}╯"));
    }

    fn finish(self) -> String {
        let line = |line: Vec<char>| line.into_iter().collect::<String>().trim_end().to_owned() + "\n";
        self.0.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Drawing, Edge, Vertex};

    fn drawing(names: &[&str], edges: &[(usize, usize)]) -> Drawing {
        let vertex = |name: &&str| Vertex { name: (*name).to_owned(), kind: "bolt", detail: String::new() };
        let edge = |(from, to): &(usize, usize)| Edge { from: *from, to: *to, label: String::new() };
        Drawing {
            name: "t".to_owned(),
            vertices: names.iter().map(vertex).collect(),
            edges: edges.iter().map(edge).collect(),
        }
    }

    #[test]
    fn a_diamond_with_a_short_cut() {
        let drawing = drawing(&["a", "b", "c", "d"], &[(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)]);
        insta::assert_snapshot!(super::text(&drawing), @r"
                    ╭─────────╮
                    │ bolt a  │
                    │         │
                    ╰─────────╯
                         │
             ╭───────────┴─┬────────╮
             ▼             ▼        │
        ╭─────────╮   ╭─────────╮   │
        │ bolt b  │   │ bolt c  │   │
        │         │   │         │   │
        ╰─────────╯   ╰─────────╯   │
             │             │        │
             ╰───────────╮ │        │
                         ├─╯        │
                         ├──────────╯
                         ▼
                    ╭─────────╮
                    │ bolt d  │
                    │         │
                    ╰─────────╯
        ");
    }

    #[test]
    fn lines_that_cross() {
        let drawing = drawing(&["a", "b", "c", "d", "e"], &[(0, 3), (1, 2), (0, 2), (1, 4), (2, 4)]);
        insta::assert_snapshot!(super::text(&drawing), @r"
              ╭─────────╮   ╭─────────╮
              │ bolt a  │   │ bolt b  │
              │         │   │         │
              ╰─────────╯   ╰─────────╯
                   │             │
             ╭─────┴───────╮     │
             │             ├─────┴──╮
             ▼             ▼        │
        ╭─────────╮   ╭─────────╮   │
        │ bolt d  │   │ bolt c  │   │
        │         │   │         │   │
        ╰─────────╯   ╰─────────╯   │
                           │        │
                           ╰────╮   │
                                ├───╯
                                ▼
                           ╭─────────╮
                           │ bolt e  │
                           │         │
                           ╰─────────╯
        ");
    }

    #[test]
    fn nothing_to_draw_is_drawn() {
        assert_eq!(super::text(&drawing(&[], &[])), "");
    }
}
