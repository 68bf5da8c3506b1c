//! The rows that wait in a join, in the order of (time, arrival).

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use super::Side;
use crate::hash::mix;

/// A tree's root, or a place in a [`Forest`].
pub(super) type Link = usize;

/// The root of a tree without rows.
pub(super) const NIL: Link = usize::MAX;

/// Trees of rows, one a key and side, in one arena: a key with few rows takes no more room than those.
///
/// Each is an interval tree (Cormen, Leiserson, Rivest, Stein: *Introduction to Algorithms*, 14.3): a row is the interval
/// of time from its own to the last of a row that it may meet, and a node knows the largest end below it. They are kept
/// in balance as treaps (Seidel, Aragon: *Randomized Search Trees*, 1996), whose priorities are a hash of the rows'
/// numbers and of a secret: nobody can choose times that make a tree a list. So a row goes in and out in expected O(log n)
/// steps, and k of a tree's n rows are found in O(k log n). No output depends on a tree's shape.
///
/// What a row says stands apart from the trees: only who meets it looks there.
#[derive(Debug)]
pub(super) struct Forest {
    secret: u64,
    nodes: Vec<Node>,
    /// What each node's row says, where it is little, and where it is not. A place that is used again is written without a look
    /// at what was there.
    few: Vec<[u8; FEW]>,
    many: Vec<Box<[u8]>>,
    /// Places that are free.
    free: Vec<usize>,
    /// How many nodes were looked at.
    #[cfg(test)]
    pub(super) steps: usize,
}

/// A row that is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    /// The place of its key.
    pub(super) key: usize,
    pub(super) side: Side,
    pub(super) at: i64,
    /// How many were kept before it.
    pub(super) number: u64,
    /// The last time of a row that it may meet.
    pub(super) until: i64,
    pub(super) met: bool,
    /// How many bytes it has; where they are not few, some number above that. [`Forest::insert`] sees to it.
    pub(super) len: u8,
}

/// A row of so many bytes stands in place: a few numbers, or a number and a short text.
const FEW: usize = 64;

/// A line of the cache: rows come and go all over memory.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Node {
    row: Waiting,
    /// The largest `until` in the tree of which this is the root.
    last: i64,
    before: Link,
    behind: Link,
}

const _: () = assert!(size_of::<Node>() == 64, "a node is a line of the cache");

impl Default for Forest {
    fn default() -> Forest {
        Forest {
            secret: RandomState::new().hash_one(0),
            nodes: Vec::new(),
            few: Vec::new(),
            many: Vec::new(),
            free: Vec::new(),
            #[cfg(test)]
            steps: 0,
        }
    }
}

impl Forest {
    /// Puts a row into a tree: its place, which it keeps.
    pub(super) fn insert(&mut self, root: &mut Link, row: Waiting, bytes: &[u8]) -> usize {
        let row = Waiting { len: bytes.len().min(FEW + 1) as u8, ..row };
        let node = Node { last: row.until, row, before: NIL, behind: NIL };
        let place = match self.free.pop() {
            Some(place) => {
                self.nodes[place] = node;
                place
            }
            None => {
                self.nodes.push(node);
                self.few.push([0; FEW]);
                self.nodes.len() - 1
            }
        };
        match self.few[place].get_mut(..bytes.len()) {
            Some(few) => few.copy_from_slice(bytes),
            None => self.put_many(place, bytes),
        }
        if *root == NIL {
            *root = place;
            return place;
        }
        let (before, behind) = self.split(*root, (row.at, row.number));
        let before = self.join(before, place);
        *root = self.join(before, behind);
        place
    }

    #[cold]
    fn put_many(&mut self, place: usize, bytes: &[u8]) {
        if self.many.len() <= place {
            self.many.resize_with(place + 1, Box::default);
        }
        self.many[place] = bytes.into();
    }

    /// Takes the row at a place out of its tree.
    #[inline]
    pub(super) fn remove(&mut self, root: &mut Link, place: usize) {
        let Node { before, behind, row, .. } = self.nodes[place];
        let alone = *root == place && before == NIL && behind == NIL;
        *root = if alone { NIL } else { self.without(*root, self.order(place)) };
        if usize::from(row.len) > FEW {
            self.many[place] = Box::default();
        }
        self.free.push(place);
    }

    /// The row at a place.
    #[inline]
    pub(super) fn row(&self, place: usize) -> &Waiting {
        &self.nodes[place].row
    }

    /// What it says.
    #[inline]
    pub(super) fn bytes(&self, place: usize) -> &[u8] {
        let len = usize::from(self.nodes[place].row.len);
        self.few[place].get(..len).unwrap_or_else(|| &self.many[place])
    }

    /// Calls `each` with the rows of a tree, in their order, that may meet one of time `at` or later, and whose own time
    /// is `Equal` by `reach`: not `Less`, before it, nor `Greater`, behind it. It says whether a row has met another.
    pub(super) fn visit(
        &mut self,
        root: Link,
        at: i64,
        reach: &impl Fn(i64) -> Ordering,
        each: &mut impl FnMut(&[u8], i64) -> bool,
    ) {
        if root == NIL {
            return;
        }
        self.count_step();
        let Node { last, before, behind, row: Waiting { at: own, until, .. } } = self.nodes[root];
        if last < at {
            return;
        }
        let place = reach(own);
        if place.is_ge() {
            self.visit(before, at, reach, each);
        }
        if place.is_eq() && until >= at && each(self.bytes(root), own) {
            self.nodes[root].row.met = true;
        }
        if place.is_le() {
            self.visit(behind, at, reach, each);
        }
    }

    fn order(&self, place: usize) -> (i64, u64) {
        (self.nodes[place].row.at, self.nodes[place].row.number)
    }

    fn priority(&self, place: usize) -> u64 {
        mix(self.nodes[place].row.number ^ self.secret)
    }

    /// Cuts a tree in two: what is before `order`, and what is not.
    fn split(&mut self, root: Link, order: (i64, u64)) -> (Link, Link) {
        if root == NIL {
            return (NIL, NIL);
        }
        self.count_step();
        if self.order(root) < order {
            let (before, behind) = self.split(self.nodes[root].behind, order);
            self.nodes[root].behind = before;
            (self.settled(root), behind)
        } else {
            let (before, behind) = self.split(self.nodes[root].before, order);
            self.nodes[root].before = behind;
            (before, self.settled(root))
        }
    }

    /// Makes one tree of two, all of the first before all of the second.
    fn join(&mut self, one: Link, other: Link) -> Link {
        if one == NIL || other == NIL {
            // The other one, which is the smaller number.
            return one.min(other);
        }
        self.count_step();
        if self.priority(one) > self.priority(other) {
            self.nodes[one].behind = self.join(self.nodes[one].behind, other);
            self.settled(one)
        } else {
            self.nodes[other].before = self.join(one, self.nodes[other].before);
            self.settled(other)
        }
    }

    /// A tree without the row of this order.
    fn without(&mut self, root: Link, order: (i64, u64)) -> Link {
        if root == NIL {
            return NIL;
        }
        self.count_step();
        let Node { before, behind, .. } = self.nodes[root];
        match order.cmp(&self.order(root)) {
            Ordering::Less => self.nodes[root].before = self.without(before, order),
            Ordering::Greater => self.nodes[root].behind = self.without(behind, order),
            Ordering::Equal => return self.join(before, behind),
        }
        self.settled(root)
    }

    /// The root of a tree below which something has changed.
    fn settled(&mut self, root: Link) -> Link {
        let Node { before, behind, ref row, .. } = self.nodes[root];
        let below = [before, behind].into_iter().filter(|link| *link != NIL);
        self.nodes[root].last = below.map(|link| self.nodes[link].last).fold(row.until, i64::max);
        root
    }

    #[inline]
    fn count_step(&mut self) {
        #[cfg(test)]
        {
            self.steps += 1;
        }
    }
}
