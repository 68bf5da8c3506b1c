"""Where the visitors of click analytics and log processing are: networks for documentation, and made-up towns in them."""

import random

PLACES = [
    ("192.0.2.0", "Norway", "Bergen"), ("198.51.100.0", "Norway", "Oslo"), ("203.0.113.0", "Brazil", "Porto Alegre"),
    ("198.18.4.0", "Brazil", "Recife"), ("198.18.9.0", "Japan", "Kobe"), ("198.19.77.0", "Kenya", "Mombasa"),
]


def table():
    return ["network,country,city"] + [",".join(place) for place in PLACES]


def visitor():
    """An address, one in fifteen of them from nowhere."""
    network = "198.19.200.0" if random.random() < 1 / 15 else random.choices(PLACES, [6, 9, 4, 2, 3, 1])[0][0]
    return network[:-1] + str(random.randrange(1, 40))


def place(address):
    """The country and the city of an address, if anybody knows."""
    network = address.rsplit(".", 1)[0] + ".0"
    return next(((country, city) for known, country, city in PLACES if known == network), None)


def totals(addresses):
    """The rows of the places: what each address makes of its country's and its city's total."""
    countries, cities = {}, {}
    for address in addresses:
        if found := place(address):
            countries[found[0]] = countries.get(found[0], 0) + 1
            cities[found] = cities.get(found, 0) + 1
            yield {"country": found[0], "country_total": countries[found[0]], "city": found[1], "city_total": cities[found]}
