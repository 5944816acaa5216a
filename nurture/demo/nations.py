"""Where the demo's leads live: names as they are common there, time zones, and what companies are called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Nation:
    code: str
    language: str
    zones: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    companies: tuple[str, ...]
    """First words of company names."""
    share: int
    """How many of a hundred leads live there, roughly."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NATIONS = (
    Nation(
        "US", "en", ("America/New_York", "America/Chicago", "America/Los_Angeles"),
        _words("Emily Michael Ashley James Olivia Daniel Megan Tyler Rachel Kevin Brianna Marcus"),
        _words("Johnson Miller Davis Carter Nguyen Ramirez Brooks Sullivan Hayes Foster Price Coleman"),
        _words("Bluefield Ridgeway Northgate Lakeshore Summit Prairie Redwood Beacon"), 20,
    ),
    Nation(
        "DE", "de", ("Europe/Berlin",),
        _words("Jonas Lena Felix Katharina Lukas Sabine Tobias Anja Stefan Miriam Jürgen Heike"),
        _words("Weber Schäfer Krüger Hoffmann Becker Vogel Lehmann Brandt Köhler Neumann Böhm Richter"),
        _words("Nordlicht Hanse Rheintal Falken Eichen Elbe Silber Waldhof"), 13,
    ),
    Nation(
        "GB", "en", ("Europe/London",),
        _words("Harriet Oliver Charlotte George Isla Thomas Freya Callum Amelia Rhys Imogen Edward"),
        _words("Whitfield Hughes Clarke Patel Thornton Ellis Murray Barker Fletcher Doyle Kerr Sutton"),
        _words("Thames Ashford Kingsway Marlow Harbour Cotswold Pennine Albion"), 12,
    ),
    Nation(
        "FR", "fr", ("Europe/Paris",),
        _words("Camille Julien Élodie Mathieu Chloé Nicolas Manon Antoine Léa Sébastien Claire Hugo"),
        _words("Moreau Lefèvre Garnier Rousseau Chevalier Fontaine Mercier Girard Blanchard Perrin"),
        _words("Lumière Garonne Horizon Provence Alize Montagne Rivage Etoile"), 8,
    ),
    Nation(
        "IN", "en", ("Asia/Kolkata",),
        _words("Priya Arjun Ananya Rohan Kavya Vikram Meera Sanjay Divya Aditya Nisha Rahul"),
        _words("Sharma Iyer Mehta Reddy Banerjee Kulkarni Nair Chopra Desai Menon Gupta Rao"),
        _words("Ganga Deccan Sahyadri Lotus Indus Malabar Vindhya Peacock"), 9,
    ),
    Nation(
        "BR", "pt", ("America/Sao_Paulo",),
        _words("Mariana João Fernanda Rafael Beatriz Lucas Camila Gustavo Larissa Thiago Juliana Bruno"),
        _words("Silva Oliveira Carvalho Ferreira Almeida Ribeiro Gonçalves Barbosa Teixeira Moraes"),
        _words("Ipiranga Aurora Pantanal Serrana Litoral Jacaranda Cruzeiro Araucaria"), 7,
    ),
    Nation(
        "ES", "es", ("Europe/Madrid",),
        _words("Lucía Alejandro Carmen Javier Elena Pablo Marta Sergio Nuria Álvaro Inés Diego"),
        _words("García Navarro Ortega Castillo Romero Molina Serrano Iglesias Vidal Herrera"),
        _words("Iberia Olivar Levante Meseta Alhambra Cantabria Mirador Solana"), 6,
    ),
    Nation(
        "NL", "nl", ("Europe/Amsterdam",),
        _words("Sanne Daan Femke Bram Lotte Jeroen Anouk Pieter Marieke Thijs Eline Ruben"),
        _words("Bakker Visser Mulder Dekker Smit Kuiper Hendriks Postma Veenstra Brouwer"),
        _words("Polder Delta Tulp Haven Zeeland Molen Veluwe Amstel"), 5,
    ),
    Nation(
        "SE", "sv", ("Europe/Stockholm",),
        _words("Elsa Oskar Linnea Erik Maja Gustav Astrid Viktor Ebba Anders Ingrid Björn"),
        _words("Lindqvist Bergström Nyström Holmberg Sandberg Ekström Lundgren Åkesson Hedlund"),
        _words("Norrsken Malmö Granit Fjäll Skärgård Birka Vasa Lodestar"), 4,
    ),
    Nation(
        "PL", "pl", ("Europe/Warsaw",),
        _words("Zofia Piotr Magdalena Tomasz Agnieszka Jakub Katarzyna Marcin Ewa Michał Joanna Paweł"),
        _words("Nowak Kowalczyk Wiśniewska Zieliński Szymańska Mazur Wójcik Kaczmarek Pawlak"),
        _words("Wisła Bursztyn Tatry Mazury Sokół Podhale Warta Krakus"), 4,
    ),
    Nation(
        "JP", "ja", ("Asia/Tokyo",),
        _words("Yuki Haruto Sakura Kenji Aoi Takumi Emi Daiki Naomi Ryota Mika Hiroshi"),
        _words("Tanaka Sato Watanabe Kobayashi Yamamoto Nakamura Ito Kimura Hayashi Shimizu"),
        _words("Sakurai Fujimi Asahi Midori Hikari Minato Kaede Tsubasa"), 4,
    ),
    Nation(
        "AU", "en", ("Australia/Sydney",),
        _words("Matilda Lachlan Chloe Angus Zara Cooper Georgia Hamish Ella Mitchell Tahlia Brodie"),
        _words("Campbell Nicholls McKenzie Walsh Gallagher Reid Papadopoulos Burke Jennings Tran"),
        _words("Southern Coral Wattle Bondi Outback Koala Murray Jarrah"), 4,
    ),
    Nation(
        "ZA", "en", ("Africa/Johannesburg",),
        _words("Thandiwe Sipho Nomsa Pieter Lerato Johan Zanele Bongani Anika Kagiso Naledi Willem"),
        _words("Dlamini Nkosi Botha Mokoena Viljoen Naidoo Khumalo Venter Molefe Pillay"),
        _words("Karoo Protea Limpopo Baobab Savanna Umoya Springbok Zambezi"), 4,
    ),
)  # fmt: skip

INDUSTRIES: dict[str, tuple[str, ...]] = {
    "manufacturing": ("Components", "Tools", "Works", "Precision"),
    "logistics": ("Logistics", "Freight", "Cargo", "Warehousing"),
    "retail": ("Stores", "Market", "Home", "Outfitters"),
    "software": ("Software", "Systems", "Cloud", "Data"),
    "food": ("Foods", "Bakery", "Beverages", "Organics"),
    "healthcare": ("Medical", "Pharma", "Care", "Labs"),
}
"""Industry -> second words of company names."""

ROLES = (
    "Supply Chain Manager", "Head of Operations", "Buyer", "Warehouse Manager", "Demand Planner",
    "Managing Director", "Finance Director", "IT Manager", "Procurement Lead", "Operations Analyst",
)  # fmt: skip
SIZES = (8, 14, 25, 40, 60, 85, 120, 180, 260, 420, 900, 2500)
