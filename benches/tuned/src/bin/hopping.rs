//! `hopping.topo` by hand: panes of ten seconds, and the sums of the next window to close.

use std::collections::BTreeMap;
use std::io;

use tuned::clicks::{self, Click};
use tuned::out::Out;
use tuned::requests::sorted;
use tuned::time::{MINUTE, SECOND};
use tuned::windows::Watermark;
use tuned::{Done, Table, paths};

const SIZE: i64 = 5 * MINUTE;
const HOP: i64 = 10 * SECOND;

#[derive(Clone, Copy, Default)]
struct Sums {
    clicks: i64,
    dwell: i128,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.clicks += other.clicks;
        self.dwell += other.dwell;
    }
}

type Pages = Table<i64, Sums>;

#[derive(Default)]
struct Hopping {
    /// By their starts, all that a window which is still open reaches.
    panes: BTreeMap<i64, Pages>,
    /// The pane that was added to last: start and content, not in `panes`.
    current: (i64, Pages),
    /// The end of the next window to close, once there is one.
    next: Option<i64>,
    /// The sums of its panes but the last one.
    sums: Pages,
    missed: u64,
}

impl Hopping {
    #[inline(always)]
    fn add(&mut self, click: &Click, watermark: i64) {
        let start = click.at.div_euclid(HOP) * HOP;
        if start + HOP <= watermark {
            // For the windows that are over it is late.
            let over = watermark.div_euclid(HOP) * HOP;
            self.missed += ((over - start).min(SIZE) / HOP) as u64;
            if start + SIZE <= watermark {
                return;
            }
        }
        let first = (start + HOP).max(watermark.div_euclid(HOP).saturating_add(1).saturating_mul(HOP));
        if self.next.is_none_or(|next| first < next) {
            self.begin_at(first);
        }
        let sums = Sums { clicks: 1, dwell: click.dwell.into() };
        if self.next.is_some_and(|next| start + HOP < next) {
            self.sums.entry(click.page).or_default().add(sums);
        }
        self.pane(start).entry(click.page).or_default().add(sums);
    }

    /// A window before all others that are open.
    #[cold]
    fn begin_at(&mut self, end: i64) {
        self.pane(i64::MIN);
        self.sums.clear();
        for pages in self.panes.range(end - SIZE..end - HOP).map(|(_, pages)| pages) {
            for (page, sums) in pages {
                self.sums.entry(*page).or_default().add(*sums);
            }
        }
        self.next = Some(end);
    }

    #[inline(always)]
    fn pane(&mut self, start: i64) -> &mut Pages {
        if self.current.0 != start {
            let pane = self.panes.remove(&start).unwrap_or_default();
            let before = std::mem::replace(&mut self.current, (start, pane));
            if !before.1.is_empty() {
                self.panes.insert(before.0, before.1);
            }
        }
        &mut self.current.1
    }

    /// Closes the windows up to the watermark.
    fn close(&mut self, watermark: i64, out: &mut Out) -> io::Result<()> {
        while let Some(next) = self.next.filter(|&next| next <= watermark) {
            for (page, sums) in self.pane(next - HOP).clone() {
                self.sums.entry(page).or_default().add(sums);
            }
            self.write(next, out)?;
            for (page, sums) in std::mem::take(self.pane(next - SIZE)) {
                if let Some(all) = self.sums.get_mut(&page) {
                    all.clicks -= sums.clicks;
                    all.dwell -= sums.dwell;
                    if all.clicks == 0 {
                        self.sums.remove(&page);
                    }
                }
            }
            self.pane(i64::MIN);
            self.next = if self.sums.is_empty() {
                self.panes.keys().next().map(|start| start + HOP)
            } else {
                Some(next + HOP)
            };
        }
        Ok(())
    }

    fn write(&self, end: i64, out: &mut Out) -> io::Result<()> {
        for (page, sums) in sorted(self.sums.clone()) {
            out.text(b"{\"page\":");
            out.int(page);
            out.text(b",\"window_end\":");
            out.timestamp(end);
            out.text(b",\"clicks\":");
            out.int(sums.clicks);
            out.text(b",\"dwell\":");
            out.int(sums.dwell.try_into().map_err(io::Error::other)?);
            out.end_row()?;
        }
        Ok(())
    }
}

fn main() -> Done {
    let [input, output] = paths()?;
    let mut out = Out::create(&output)?;
    let mut watermark = Watermark::new(10 * SECOND);
    let mut windows = Hopping::default();
    let malformed = clicks::for_each(&input, |click| {
        windows.add(&click, watermark.at());
        if watermark.moves(click.at) {
            windows.close(watermark.at(), &mut out)?;
        }
        Ok(())
    })?;
    windows.close(i64::MAX, &mut out)?;
    out.flush()?;
    eprintln!("malformed {malformed}, missed {}", windows.missed);
    Ok(())
}
