//! A drawing as a picture that needs no other program: self-contained, readable on light and dark pages.

use std::fmt::Write as _;

use super::layout::{Layout, Place};
use super::markup::entities;
use super::{Drawing, Vertex};

/// All in pixels.
const CHARACTER: f64 = 7.4;
const BOX: f64 = 48.0;
const LAYER: f64 = 112.0;
const GAP: f64 = 36.0;
const MARGIN: f64 = 20.0;

const HEAD: &str = r##"<style>
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2933; text-anchor: middle; }
    .detail, .label { font-size: 11px; fill: #52606d; }
    .label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
    rect { stroke: #52606d; stroke-width: 1.2; }
    .spout { fill: #d9f2e3; } .bolt { fill: #e4ecfb; } .sink { fill: #fdebd3; } .stream { fill: #f8dede; }
    path { fill: none; stroke: #7b8794; stroke-width: 1.4; }
  </style>
  <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" style="fill:#7b8794;stroke:none"/></marker></defs>
"##;

/// Boxes in layers, joined by curves.
pub(crate) fn svg(drawing: &Drawing) -> String {
    let layout = Layout::of(drawing);
    let widths: Vec<Vec<f64>> = layout
        .layers
        .iter()
        .map(|layer| layer.iter().map(|place| width(*place, drawing)).collect())
        .collect();
    let centres = layout.centres(&widths, GAP);
    let right =
        centres.iter().zip(&widths).filter_map(|(centre, width)| Some(centre.last()? + width.last()? / 2.0));
    let (page_width, page_height) = (
        right.fold(0.0, f64::max) + 2.0 * MARGIN,
        (layout.layers.len().max(1) - 1) as f64 * LAYER + BOX + 2.0 * MARGIN,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {page_width:.0} {page_height:.0}\" width=\"{page_width:.0}\" \
         height=\"{page_height:.0}\" role=\"img\">\n  <title>{}</title>\n  {HEAD}  \
         <rect width=\"100%\" height=\"100%\" style=\"fill:#ffffff;stroke:none\"/>\n",
        entities(&drawing.name)
    );
    let x = |layer: usize, at: usize| MARGIN + centres[layer][at];
    let mut labels = String::new();
    for (layer, links) in layout.links.iter().enumerate() {
        let y = MARGIN + layer as f64 * LAYER;
        for link in links {
            let (from, to) = (x(layer, link.from), x(layer + 1, link.to));
            let start = if matches!(layout.layers[layer][link.from], Place::Vertex(_)) { y + BOX } else { y };
            let end = y + LAYER;
            let arrives = matches!(layout.layers[layer + 1][link.to], Place::Vertex(_));
            let arrow = if arrives { " marker-end=\"url(#arrow)\"" } else { "" };
            let middle = y + f64::midpoint(BOX, LAYER);
            let _ = writeln!(
                out,
                "  <path d=\"M{from:.1} {start:.1}V{:.1}C{from:.1} {middle:.1} {to:.1} {middle:.1} {to:.1} {end:.1}\"{arrow}/>",
                y + BOX
            );
            let label = &drawing.edges[link.edge].label;
            if arrives && !label.is_empty() {
                let (x, y, label) = (f64::midpoint(from, to), middle + 4.0, entities(label));
                let _ = writeln!(labels, "  <text class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\">{label}</text>");
            }
        }
    }
    out += &labels;
    for (layer, places) in layout.layers.iter().enumerate() {
        for (at, place) in places.iter().enumerate() {
            if let Place::Vertex(vertex) = place {
                let top = MARGIN + layer as f64 * LAYER;
                boxed(&mut out, x(layer, at), top, widths[layer][at], &drawing.vertices[*vertex]);
            }
        }
    }
    out + "</svg>\n"
}

fn boxed(out: &mut String, centre: f64, top: f64, width: f64, vertex: &Vertex) {
    let (left, round) = (centre - width / 2.0, if vertex.kind == "bolt" { 6 } else { 22 });
    let title = entities(&format!("{} {}", vertex.kind, vertex.name));
    let _ = writeln!(
        out,
        "  <rect class=\"{}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{BOX}\" rx=\"{round}\"/>",
        vertex.kind
    );
    let first = if vertex.detail.is_empty() { top + 29.0 } else { top + 21.0 };
    let _ = writeln!(out, "  <text x=\"{centre:.1}\" y=\"{first:.1}\">{title}</text>");
    if !vertex.detail.is_empty() {
        let (y, detail) = (top + 37.0, entities(&vertex.detail));
        let _ = writeln!(out, "  <text class=\"detail\" x=\"{centre:.1}\" y=\"{y:.1}\">{detail}</text>");
    }
}

fn width(place: Place, drawing: &Drawing) -> f64 {
    let Place::Vertex(vertex) = place else { return 2.0 };
    let vertex = &drawing.vertices[vertex];
    let title = vertex.kind.len() + 1 + vertex.name.chars().count();
    title.max(vertex.detail.chars().count()) as f64 * CHARACTER + 32.0
}
