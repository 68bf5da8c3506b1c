//! Layers: every box below all that it reads, long arrows through empty places, few crossings.
//!
//! The method is Sugiyama's: longest-path layers, dummy places for arrows that pass a layer, and a few sweeps that move
//! each place towards the mean of its neighbours.

use super::Drawing;

/// How often the layers are swept; more changes little.
const SWEEPS: usize = 8;

/// A place in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A vertex of the drawing.
    Vertex(usize),
    /// Where an edge of the drawing passes through.
    Pass(usize),
}

/// A piece of an edge, from a place in one layer to a place in the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) edge: usize,
    /// An index into the upper layer.
    pub(super) from: usize,
    /// An index into the lower layer.
    pub(super) to: usize,
}

/// Where everything goes, but for coordinates, which depend on what it is drawn with.
#[derive(Debug)]
pub(super) struct Layout {
    /// From top to bottom, each from left to right.
    pub(super) layers: Vec<Vec<Place>>,
    /// One list for each gap below a layer.
    pub(super) links: Vec<Vec<Link>>,
}

impl Layout {
    pub(super) fn of(drawing: &Drawing) -> Layout {
        let depth = depths(drawing);
        let mut layers = vec![Vec::new(); depth.iter().max().map_or(0, |most| most + 1)];
        for (vertex, depth) in depth.iter().enumerate() {
            layers[*depth].push(Place::Vertex(vertex));
        }
        for (at, edge) in drawing.edges.iter().enumerate() {
            for layer in &mut layers[depth[edge.from] + 1..depth[edge.to]] {
                layer.push(Place::Pass(at));
            }
        }
        let mut layout = Layout { layers, links: Vec::new() };
        layout.untangle(drawing, &depth);
        layout.links = layout.link(drawing, &depth);
        layout
    }

    /// The pieces of all edges, as indices into the layers as they stand.
    fn link(&self, drawing: &Drawing, depth: &[usize]) -> Vec<Vec<Link>> {
        let mut links = vec![Vec::new(); self.layers.len().saturating_sub(1)];
        for (edge, ends) in drawing.edges.iter().enumerate() {
            let crossed = links.iter_mut().enumerate().take(depth[ends.to]).skip(depth[ends.from]);
            for (upper, links) in crossed {
                let place = |layer: usize, end: usize| {
                    let wanted = if depth[end] == layer { Place::Vertex(end) } else { Place::Pass(edge) };
                    self.layers[layer].iter().position(|place| *place == wanted).unwrap_or_default()
                };
                links.push(Link { edge, from: place(upper, ends.from), to: place(upper + 1, ends.to) });
            }
        }
        links
    }

    /// Orders each layer by the mean place of what it hangs on, downwards and upwards in turn.
    fn untangle(&mut self, drawing: &Drawing, depth: &[usize]) {
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            for step in 1..self.layers.len() {
                let layer = if down { step } else { self.layers.len() - 1 - step };
                let links = self.link(drawing, depth);
                let hangs: Vec<(usize, usize)> = if down {
                    links[layer - 1].iter().map(|link| (link.to, link.from)).collect()
                } else {
                    links[layer].iter().map(|link| (link.from, link.to)).collect()
                };
                self.sort(layer, &hangs);
            }
        }
    }

    fn sort(&mut self, layer: usize, links: &[(usize, usize)]) {
        let mut order: Vec<(f64, usize)> = (0..self.layers[layer].len())
            .map(|own| {
                let others: Vec<f64> =
                    links.iter().filter(|link| link.0 == own).map(|link| link.1 as f64).collect();
                let mean = others.iter().sum::<f64>() / others.len() as f64;
                (if others.is_empty() { own as f64 } else { mean }, own)
            })
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.layers[layer] = order.iter().map(|(_, own)| self.layers[layer][*own]).collect();
    }
}

/// The length of the longest path to each vertex; sinks that are read by nobody stay right below what they read.
fn depths(drawing: &Drawing) -> Vec<usize> {
    let mut depth = vec![0; drawing.vertices.len()];
    // A topology has no cycles, so this ends after as many rounds as its longest path is long.
    for _ in 0..drawing.vertices.len() {
        let mut moved = false;
        for edge in &drawing.edges {
            if depth[edge.to] <= depth[edge.from] {
                depth[edge.to] = depth[edge.from] + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    depth
}

impl Layout {
    /// The centre of each place, for places of these widths and at least this gap between neighbours: every one as near
    /// to the mean of those it hangs on as its neighbours let it.
    pub(super) fn centres(&self, widths: &[Vec<f64>], gap: f64) -> Vec<Vec<f64>> {
        let mut centres: Vec<Vec<f64>> =
            widths.iter().map(|layer| spread(&vec![0.0; layer.len()], layer, gap)).collect();
        for sweep in 0..SWEEPS {
            for step in 1..self.layers.len() {
                let down = sweep % 2 == 0;
                let layer = if down { step } else { self.layers.len() - 1 - step };
                let wanted = self.wanted(&centres, layer, down);
                centres[layer] = spread(&wanted, &widths[layer], gap);
            }
        }
        let left = centres
            .iter()
            .zip(widths)
            .filter_map(|(centre, width)| Some(centre.first()? - width.first()? / 2.0));
        let left = left.fold(f64::INFINITY, f64::min);
        centres.iter().map(|layer| layer.iter().map(|centre| centre - left).collect()).collect()
    }

    /// The mean of the places above (or below); its own place where there are none.
    fn wanted(&self, centres: &[Vec<f64>], layer: usize, down: bool) -> Vec<f64> {
        let mut sums = vec![(0.0, 0u32); centres[layer].len()];
        let (gap, other) = if down { (layer - 1, layer - 1) } else { (layer, layer + 1) };
        for link in &self.links[gap] {
            let (own, its) = if down { (link.to, link.from) } else { (link.from, link.to) };
            sums[own].0 += centres[other][its];
            sums[own].1 += 1;
        }
        let mean = |(own, (sum, count)): (usize, &(f64, u32))| {
            if *count == 0 { centres[layer][own] } else { sum / f64::from(*count) }
        };
        sums.iter().enumerate().map(mean).collect()
    }
}

/// The centres nearest to the wanted ones (by least squares) that keep the order and do not touch: isotonic regression
/// by pooling adjacent violators.
fn spread(wanted: &[f64], widths: &[f64], gap: f64) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(widths.len());
    let mut edge = 0.0;
    for width in widths {
        offsets.push(edge + width / 2.0);
        edge += width + gap;
    }
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(&offsets) {
        let mut pool = (wanted - offset, 1);
        while let Some((mean, size)) = pools.pop_if(|last| last.0 > pool.0) {
            let both = size + pool.1;
            pool = ((mean * size as f64 + pool.0 * pool.1 as f64) / both as f64, both);
        }
        pools.push(pool);
    }
    let shifts = pools.iter().flat_map(|(mean, size)| std::iter::repeat_n(*mean, *size));
    shifts.zip(&offsets).map(|(shift, offset)| shift + offset).collect()
}
