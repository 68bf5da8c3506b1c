//! The events of Nexmark: people open auctions, and bid on them.
//!
//! Proportions, distributions and names are those of the public generators, Apache Beam's
//! (`sdks/java/testing/nexmark`, `sources/generator`) and nexmark-flink's, which added channel and url:
//! <https://github.com/nexmark/nexmark>. The code is not. Theirs draws one random sequence from event to event; here each field
//! of each event is a function of (seed, number), so any of them can be made at any time, and only those that are asked for.
//! As in Beam, a bidder is a person (nexmark-flink adds the first id to it twice).

mod parts;
mod price;

use std::borrow::Cow;
use std::sync::OnceLock;

use self::price::Prices;
use super::named::{self, Generator, Makes, Part, part};
use super::random::{Draw, Stream, Streams, below, draw, unit};
use crate::option::DeclaredOption;
use crate::{Duration, Fault, FaultCode, Timestamp, Value};

/// Of fifty events one is a person, three are auctions, and the others bids.
const PEOPLE: u64 = 1;
const AUCTIONS: u64 = 3;
const EPOCH: u64 = 50;

const FIRST_ID: i64 = 1_000;

/// How many auctions may be bid on, and how many people are active; ids may be that far ahead of those that are there.
const AUCTIONS_IN_FLIGHT: i64 = 100;
const ACTIVE_PEOPLE: i64 = 1_000;
const LEAD: i64 = 10;

/// The first of every hundred auctions and people is hot.
const BATCH: i64 = 100;
/// Of sellers and bidders three in four are hot.
const HOT_PEOPLE: u64 = 4;

/// A prime beyond all numbers of shuffled events, so it reaches each of them.
const SHUFFLE: u64 = 1_001_953;

const MILLISECOND: i64 = 1_000_000;
const CHANNELS: u64 = 10_000;
const HOT_CHANNELS: [&str; 4] = ["Google", "Facebook", "Baidu", "Apple"];

pub(super) static GENERATOR: Generator = Generator {
    name: "nexmark",
    rust: "Nexmark",
    docs: "Nexmark's auctions: of fifty events one is a person, three are auctions and forty-six bids.",
    options: &[
        DeclaredOption {
            name: "start",
            // 2015-07-15T00:00:00Z, as in Beam
            default: || Value::Timestamp(Timestamp(1_436_918_400_000_000_000)),
            docs: "The first event's time.",
            check: |_| Ok(()),
        },
        DeclaredOption {
            name: "step",
            default: || Value::Duration(Duration(100_000)),
            docs: "From one event's time to the next one's; times are cut to milliseconds.",
            check: |value| match value {
                Value::Duration(step) if step.0 <= 0 => {
                    Err(format!("`step` must be positive, and is {step}"))
                }
                _ => Ok(()),
            },
        },
        DeclaredOption {
            name: "shuffled",
            default: || Value::Int(1),
            docs: "Each run of so many events comes out of order.",
            check: |value| match value {
                Value::Int(1..=1_000_000) => Ok(()),
                other => Err(format!("`shuffled` must be from 1 to 1000000, and is {other}")),
            },
        },
    ],
    parts: &[
        Part { name: "person", fields: PERSON },
        Part { name: "auction", fields: AUCTION },
        Part { name: "bid", fields: BID },
    ],
    dynamic: |seed, options| Ok(Box::new(Nexmark::new(seed, options)?)),
};

/// Makes the events of one seed.
#[derive(Debug)]
pub struct Nexmark {
    seed: u64,
    start: i64,
    step: u64,
    shuffled: u64,
    /// The last event whose time, and that of an auction's end then, is in the range of timestamps; none fits where absent.
    last: Option<u64>,
    draws: Streams<{ What::COUNT }>,
    prices: Prices,
    /// A text that every `extra` is a piece of.
    noise: OnceLock<String>,
    /// Channels that are not hot, with their urls; the hot ones' urls behind them.
    channels: OnceLock<Vec<(String, String)>>,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    of: &'a Nexmark,
    /// Its number in the order of time, which its id and its draws go by.
    id: u64,
    at: i64,
}

/// Who enters the system.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a>(Event<'a>);

/// What is sold.
#[derive(Clone, Copy, Debug)]
pub struct Auction<'a>(Event<'a>);

/// What is offered for it.
#[derive(Clone, Copy, Debug)]
pub struct Bid<'a>(Event<'a>);

part!(Person PERSON {
    "id" id: Int, "name" name: String, "emailAddress" email_address: String, "creditCard" credit_card: String,
    "city" city: String, "state" state: String, "dateTime" date_time: Timestamp, "extra" extra: String,
});
part!(Auction AUCTION {
    "id" id: Int, "itemName" item_name: String, "description" description: String, "initialBid" initial_bid: Int,
    "reserve" reserve: Int, "dateTime" date_time: Timestamp, "expires" expires: Timestamp, "seller" seller: Int,
    "category" category: Int, "extra" extra: String,
});
part!(Bid BID {
    "auction" auction: Int, "bidder" bidder: Int, "price" price: Int, "channel" channel: String, "url" url: String,
    "dateTime" date_time: Timestamp, "extra" extra: String,
});

impl Nexmark {
    /// `options` are the values of the generator's options, in their order.
    ///
    /// # Errors
    /// A sentence about the option that is out of range.
    pub fn new(seed: u64, options: &[Value]) -> Result<Nexmark, String> {
        named::in_range(&GENERATOR, options)?;
        let [Value::Timestamp(start), Value::Duration(step), Value::Int(shuffled)] = options else {
            return Err("nexmark takes a start, a step and a number of shuffled events".to_owned());
        };
        let (start, step) = (start.0, step.0.unsigned_abs());
        Ok(Nexmark {
            seed,
            start,
            step,
            shuffled: shuffled.unsigned_abs(),
            last: (i64::MAX.abs_diff(start) / step).checked_sub(2 * HORIZON + EPOCH),
            draws: Streams::new(seed, Draw::Value),
            prices: Prices::new(),
            noise: OnceLock::new(),
            channels: OnceLock::new(),
        })
    }

    /// Event `number`, counted from 0 in the order in which they come.
    ///
    /// # Errors
    /// `overflow` where its time leaves the range of timestamps.
    #[inline]
    pub fn event(&self, number: u64) -> Result<Event<'_>, Fault> {
        let place = number % self.shuffled;
        let id = number - place + place * SHUFFLE % self.shuffled;
        if self.last.is_none_or(|last| id > last) {
            return Err(out_of_time(number));
        }
        Ok(Event { of: self, id, at: self.start.wrapping_add_unsigned(self.elapsed(id)) })
    }

    /// From the first event to the one of this id, which is in time.
    #[inline]
    fn elapsed(&self, id: u64) -> u64 {
        let elapsed = self.step * id;
        elapsed - elapsed % MILLISECOND.unsigned_abs()
    }

    #[inline]
    fn channel(&self, number: usize) -> (&str, &str) {
        let channels = self.channels.get_or_init(|| channels(self.seed));
        channels.get(number).map_or(("", ""), |(channel, url)| (channel, url))
    }
}

/// How many events it takes until all auctions in flight are others: an auction lasts that long on average.
const HORIZON: u64 = AUCTIONS_IN_FLIGHT as u64 * EPOCH / AUCTIONS;

impl<'a> Event<'a> {
    /// The person, if it is one.
    #[must_use]
    #[inline]
    pub fn person(self) -> Option<Person<'a>> {
        (self.id % EPOCH < PEOPLE).then_some(Person(self))
    }

    /// The auction, if it is one.
    #[must_use]
    #[inline]
    pub fn auction(self) -> Option<Auction<'a>> {
        (PEOPLE..PEOPLE + AUCTIONS).contains(&(self.id % EPOCH)).then_some(Auction(self))
    }

    /// The bid, if it is one.
    #[must_use]
    #[inline]
    pub fn bid(self) -> Option<Bid<'a>> {
        (self.id % EPOCH >= PEOPLE + AUCTIONS).then_some(Bid(self))
    }

    #[inline]
    fn draw(self, what: What) -> u64 {
        self.of.draws.draw(self.id, what as usize)
    }

    /// A number in 0..bound.
    #[inline]
    fn below(self, what: What, bound: u64) -> u64 {
        below(self.draw(what), bound)
    }

    fn one_of(self, what: What, of: &[&'static str]) -> &'static str {
        of.get(self.below(what, of.len() as u64) as usize).copied().unwrap_or_default()
    }

    /// Between 1 and 1,000,000 dollars in cents, evenly by the logarithm.
    #[inline]
    fn price(self, what: What) -> i64 {
        self.of.prices.at(unit(self.draw(what)))
    }

    /// The last person that is there, counted from 0.
    #[inline]
    fn last_person(self) -> i64 {
        (self.id / EPOCH).cast_signed()
    }

    /// The last auction that is there, counted from 0; -1 before the first.
    #[inline]
    fn last_auction(self) -> i64 {
        let there = (self.id % EPOCH + 1).saturating_sub(PEOPLE).min(AUCTIONS);
        ((self.id / EPOCH) * AUCTIONS + there).cast_signed() - 1
    }

    /// A person among the active ones, or a little ahead; or a hot one, `place` in its batch.
    #[inline]
    fn person_id(self, hot: What, what: What, place: i64) -> i64 {
        let last = self.last_person();
        if self.below(hot, HOT_PEOPLE) > 0 {
            return FIRST_ID + last / BATCH * BATCH + place;
        }
        let active = ACTIVE_PEOPLE.min(last + 1);
        FIRST_ID + last + 1 - active + self.below(what, (active + LEAD).unsigned_abs()).cast_signed()
    }

    /// A text up to a size of `average` bytes, give or take a fifth, with the `size` bytes that are there.
    #[inline]
    fn extra(self, size: usize, average: usize) -> Cow<'a, str> {
        let wanted = average.saturating_sub(size);
        let delta = wanted / 5;
        let length = wanted - delta + self.below(What::Size, 2 * delta as u64) as usize;
        let noise = self.of.noise.get_or_init(|| noise(self.of.seed));
        let first = self.below(What::Extra, (noise.len() - length) as u64) as usize;
        Cow::Borrowed(noise.get(first..first + length).unwrap_or_default())
    }

    fn words(self, what: What, longest: u64) -> String {
        Stream::new(self.draw(what)).word(longest, ' ').trim().to_owned()
    }
}

/// What a number is drawn for.
#[derive(Clone, Copy)]
enum What {
    Hot,
    Id,
    HotBidder,
    Bidder,
    Price,
    Reserve,
    Category,
    Length,
    Name,
    LastName,
    Email,
    Card,
    City,
    State,
    Description,
    HotChannel,
    Channel,
    Size,
    Extra,
    Noise,
    Urls,
}

impl What {
    const COUNT: usize = What::Urls as usize + 1;
}

#[cold]
fn out_of_time(number: u64) -> Fault {
    Fault::new(FaultCode::Overflow, format!("the time of event {number} leaves the range of timestamps"))
}

impl Makes for Nexmark {
    fn part(&self, number: u64, part: &str, fields: &[&str]) -> Result<Option<Vec<Value>>, Fault> {
        let event = self.event(number)?;
        Ok(match part {
            "person" => event.person().map(|person| fields.iter().map(|field| person.field(field)).collect()),
            "auction" => {
                event.auction().map(|auction| fields.iter().map(|field| auction.field(field)).collect())
            }
            _ => event.bid().map(|bid| fields.iter().map(|field| bid.field(field)).collect()),
        })
    }
}

/// 64 KiB of letters.
fn noise(seed: u64) -> String {
    let mut stream = Stream::new(draw(seed, 0, What::Noise as u32, Draw::Presence));
    (0..64 << 10).map(|_| stream.letter()).collect()
}

fn channels(seed: u64) -> Vec<(String, String)> {
    let mut stream = Stream::new(draw(seed, 0, What::Urls as u32, Draw::Presence));
    let mut url = || {
        let [a, b, c] = [(); 3].map(|()| stream.word(5, '_'));
        let url = format!("https://www.nexmark.com/{a}/{b}/{c}/item.htm?query=1");
        (url, stream.below(10) > 0)
    };
    let cold = (0..CHANNELS as u32).map(|number| {
        let id = number.reverse_bits().cast_signed().unsigned_abs();
        let (url, with_id) = url();
        let url = if with_id { format!("{url}&channel_id={id}") } else { url };
        (format!("channel-{number}"), url)
    });
    let cold: Vec<_> = cold.collect();
    let hot = HOT_CHANNELS.iter().map(|name| ((*name).to_owned(), url().0));
    cold.into_iter().chain(hot).collect()
}

#[cfg(test)]
mod tests;
