//! What each field of a person, an auction and a bid is.

use std::borrow::Cow;

use super::{
    AUCTIONS_IN_FLIGHT, Auction, BATCH, Bid, CHANNELS, FIRST_ID, HORIZON, HOT_CHANNELS, LEAD, MILLISECOND,
    Person, What,
};
use crate::Timestamp;
use crate::generate::random::Stream;

const FIRST_CATEGORY: i64 = 10;
const CATEGORIES: u64 = 5;

/// One bid in two is on a hot auction.
const HOT_AUCTIONS: u64 = 2;

/// The average sizes in bytes that `extra` fills up to.
const PERSON_BYTES: usize = 200;
const AUCTION_BYTES: usize = 500;
const BID_BYTES: usize = 100;

const STATES: [&str; 6] = ["AZ", "CA", "ID", "OR", "WA", "WY"];
const CITIES: [&str; 10] = [
    "Phoenix",
    "Los Angeles",
    "San Francisco",
    "Boise",
    "Portland",
    "Bend",
    "Redmond",
    "Seattle",
    "Kent",
    "Cheyenne",
];
const FIRST_NAMES: [&str; 11] =
    ["Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"];
const LAST_NAMES: [&str; 9] =
    ["Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"];

impl<'a> Person<'a> {
    /// Counted from 1,000.
    #[must_use]
    #[inline]
    pub fn id(self) -> i64 {
        FIRST_ID + self.0.last_person()
    }

    /// First and last name.
    #[must_use]
    pub fn name(self) -> Cow<'a, str> {
        let (first, last) =
            (self.0.one_of(What::Name, &FIRST_NAMES), self.0.one_of(What::LastName, &LAST_NAMES));
        Cow::Owned(format!("{first} {last}"))
    }

    /// Random letters.
    #[must_use]
    pub fn email_address(self) -> Cow<'a, str> {
        let mut stream = Stream::new(self.0.draw(What::Email));
        let (name, host) = (stream.word(7, ' '), stream.word(5, ' '));
        Cow::Owned(format!("{}@{}.com", name.trim(), host.trim()))
    }

    /// Four times four digits.
    #[must_use]
    pub fn credit_card(self) -> Cow<'a, str> {
        let mut stream = Stream::new(self.0.draw(What::Card));
        let [a, b, c, d] = [(); 4].map(|()| stream.below(10_000));
        Cow::Owned(format!("{a:04} {b:04} {c:04} {d:04}"))
    }

    /// One of ten.
    #[must_use]
    #[inline]
    pub fn city(self) -> Cow<'a, str> {
        Cow::Borrowed(self.0.one_of(What::City, &CITIES))
    }

    /// One of six.
    #[must_use]
    #[inline]
    pub fn state(self) -> Cow<'a, str> {
        Cow::Borrowed(self.0.one_of(What::State, &STATES))
    }

    /// The event's time.
    #[must_use]
    #[inline]
    pub fn date_time(self) -> Timestamp {
        Timestamp(self.0.at)
    }

    /// What makes a person 200 bytes on average.
    #[must_use]
    pub fn extra(self) -> Cow<'a, str> {
        let texts = [self.name(), self.email_address(), self.credit_card(), self.city(), self.state()];
        self.0.extra(8 + texts.iter().map(|text| text.len()).sum::<usize>(), PERSON_BYTES)
    }
}

impl<'a> Auction<'a> {
    /// Counted from 1,000.
    #[must_use]
    #[inline]
    pub fn id(self) -> i64 {
        FIRST_ID + self.0.last_auction()
    }

    /// Random letters.
    #[must_use]
    pub fn item_name(self) -> Cow<'a, str> {
        Cow::Owned(self.0.words(What::Name, 20))
    }

    /// Random letters.
    #[must_use]
    pub fn description(self) -> Cow<'a, str> {
        Cow::Owned(self.0.words(What::Description, 100))
    }

    /// In cents.
    #[must_use]
    #[inline]
    pub fn initial_bid(self) -> i64 {
        self.0.price(What::Price)
    }

    /// In cents.
    #[must_use]
    #[inline]
    pub fn reserve(self) -> i64 {
        self.initial_bid() + self.0.price(What::Reserve)
    }

    /// The event's time.
    #[must_use]
    #[inline]
    pub fn date_time(self) -> Timestamp {
        Timestamp(self.0.at)
    }

    /// When all auctions in flight have come to be others, on average.
    #[must_use]
    #[inline]
    pub fn expires(self) -> Timestamp {
        let of = self.0.of;
        let horizon = (of.elapsed(self.0.id + HORIZON) - of.elapsed(self.0.id)) / MILLISECOND.unsigned_abs();
        let length = 1 + self.0.below(What::Length, (2 * horizon).max(1)).cast_signed();
        Timestamp(self.0.at.saturating_add(length.saturating_mul(MILLISECOND)))
    }

    /// The first of the last hundred people, three times in four; else any that is active.
    #[must_use]
    #[inline]
    pub fn seller(self) -> i64 {
        self.0.person_id(What::Hot, What::Id, 0)
    }

    /// From 10 to 14.
    #[must_use]
    #[inline]
    pub fn category(self) -> i64 {
        FIRST_CATEGORY + self.0.below(What::Category, CATEGORIES).cast_signed()
    }

    /// What makes an auction 500 bytes on average.
    #[must_use]
    pub fn extra(self) -> Cow<'a, str> {
        self.0.extra(6 * 8 + self.item_name().len() + self.description().len(), AUCTION_BYTES)
    }
}

impl<'a> Bid<'a> {
    /// The first of the last hundred auctions, every other time; else any in flight, or a little ahead.
    #[must_use]
    #[inline]
    pub fn auction(self) -> i64 {
        let last = self.0.last_auction();
        if self.0.below(What::Hot, HOT_AUCTIONS) > 0 {
            return FIRST_ID + last / BATCH * BATCH;
        }
        let first = (last - AUCTIONS_IN_FLIGHT).max(0);
        FIRST_ID + first + self.0.below(What::Id, (last - first + 1 + LEAD).unsigned_abs()).cast_signed()
    }

    /// The second of the last hundred people, three times in four; else any that is active.
    #[must_use]
    #[inline]
    pub fn bidder(self) -> i64 {
        self.0.person_id(What::HotBidder, What::Bidder, 1)
    }

    /// In cents.
    #[must_use]
    #[inline]
    pub fn price(self) -> i64 {
        self.0.price(What::Price)
    }

    /// One of four hot ones, every other time; else one of 10,000.
    #[must_use]
    #[inline]
    pub fn channel(self) -> Cow<'a, str> {
        Cow::Borrowed(self.channel_and_url().0)
    }

    /// The channel's; nine in ten name the channel's id.
    #[must_use]
    #[inline]
    pub fn url(self) -> Cow<'a, str> {
        Cow::Borrowed(self.channel_and_url().1)
    }

    #[inline]
    fn channel_and_url(self) -> (&'a str, &'a str) {
        let number = match self.0.below(What::HotChannel, 2) {
            0 => self.0.below(What::Channel, CHANNELS),
            _ => CHANNELS + self.0.below(What::Channel, HOT_CHANNELS.len() as u64),
        };
        self.0.of.channel(number as usize)
    }

    /// The event's time.
    #[must_use]
    #[inline]
    pub fn date_time(self) -> Timestamp {
        Timestamp(self.0.at)
    }

    /// What makes a bid 100 bytes on average.
    #[must_use]
    #[inline]
    pub fn extra(self) -> Cow<'a, str> {
        self.0.extra(4 * 8, BID_BYTES)
    }
}
