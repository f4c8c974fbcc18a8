"""The 256 German nouns in which people compare fingerprints over the telephone.

Chosen by hand: known to everybody, no umlaut, no two alike in their first four letters and none a single
letter away from another. The word's place in this alphabetical list is the byte it stands for, so the
list is part of the protocol: it is never reordered and no word is ever replaced.
"""

from __future__ import annotations

from typing import Final

_TEXT: Final = """
Adler Ahorn Allee Amboss Ampel Anker Apfel Atlas Bach Balkon Banane Basalt Baum Becher Berg Besen Biber Biene
Birke Blatt Blitz Blume Boden Bohne Boot Brett Brief Buche Butter Chor Dampf Daumen Decke Delfin Diamant Distel
Docht Donner Drache Dreieck Dusche Efeu Eiche Eimer Elch Elster Ente Erbse Erde Esel Eule Fabrik Faden Fahne
Falke Farbe Feige Felsen Fenster Feuer Finger Flagge Flasche Flieder Flut Fohlen Forelle Frosch Fuchs Funke
Galerie Gans Garten Gerste Geweih Giraffe Glas Glocke Gold Granit Grille Gurke Hafen Hammer Hecht Helm Hemd
Herbst Hirsch Holz Honig Huhn Hummel Hund Igel Ingwer Jacke Jaguar Juwel Kabel Kaffee Kaktus Kanal Karte Kasten
Katze Keller Kerze Kessel Kiefer Kirsche Kissen Klavier Klee Knopf Koffer Kohle Komet Koralle Korb Kreis Krone
Kuchen Kugel Kupfer Kutsche Lachs Lampe Laterne Laub Leiter Lerche Licht Linde Liste Luft Lupe Magnet Mais
Mantel Maske Mauer Meise Melone Messer Metall Milch Minze Mohn Mond Motor Muschel Museum Nadel Nashorn Nebel
Nelke Nest Netz Norden Nuss Ofen Olive Orgel Otter Ozean Palme Panther Papier Park Pfanne Pfeil Pferd Pflaume
Pilz Pinsel Planet Pokal Pony Posaune Pudel Pumpe Punkt Quarz Quelle Quitte Rabe Rahmen Rakete Regen Ring Robbe
Roggen Rose Rubin Rucksack Ruder Salat Sand Sattel Schaf Seife Sichel Silber Sofa Sonne Spaten Spiegel Stein
Storch Strand Sturm Suppe Tafel Tanne Teppich Tiger Tisch Tomate Topf Traube Treppe Trommel Tulpe Tunnel Ufer
Vase Veilchen Ventil Vogel Vulkan Waage Wagen Wald Walnuss Wasser Weide Welle Wespe Wiese Wind Winter Wolf Wolke
Wurzel Zahn Zange Zebra Zelt Ziege Zimt Zirkus Zitrone Zucker Zweig Zwiebel
"""

WORDS: Final = tuple(_TEXT.split())
