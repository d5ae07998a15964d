"""A report as long as a real one, for tests and for bench/documents.py: a florist of Namur, fictitious."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.template import engines
from django.utils import translation

from rendering.letterhead import Letterhead

TEMPLATE = Path(__file__).with_name("sample.html")
BARS = [
    ("Être trouvé", 72, 58),
    ("Votre site", 40, 46),
    ("Vendre", 35, 30),
    ("Vos clients", 55, 44),
    ("Gérer", 48, 50),
    ("Sécurité", 28, 38),
]
QUESTIONS = [
    (
        "Quand un client cherche votre nom sur son téléphone, que trouve-t-il ?",
        "Une fiche avec mes heures et mes photos",
        "",
    ),
    (
        "Et s’il cherche « fleuriste » avec le nom de votre ville ?",
        "Je suis dans la liste, mais plus bas",
        "Ce sont les avis récents et les réponses que vous y donnez qui vous feront remonter.",
    ),
    (
        "Que faites-vous des avis que l’on laisse sur votre commerce ?",
        "Je les lis",
        "Répondre en deux phrases, même à un avis fâché, rassure ceux qui hésitent.",
    ),
    (
        "Peut-on commander chez vous sans téléphoner et sans venir ?",
        "Non, pas encore",
        "Un formulaire de trois champs suffit pour commencer ; vous rappelez quand la boutique est calme.",
    ),
]
TOPICS = [
    ("Vendre en ligne sans boutique en ligne", "Vous prenez vos premières commandes sans informaticien ni abonnement."),
    (
        "La cybersécurité en dix gestes",
        "Vous savez reconnaître une fausse facture et vous pouvez perdre votre téléphone sans perdre votre commerce.",
    ),
    (
        "Des photos qui vendent",
        "Vous photographiez un bouquet avec votre téléphone, à la lumière du jour, en deux minutes.",
    ),
    ("Le fichier de vos clients", "Vous savez qui revient, et vous pouvez prévenir trente personnes en une fois."),
    ("Sauvegarder ce qui compte", "Vos factures et vos photos existent à deux endroits, sans y penser."),
]


def french(tenths: int) -> str:
    return f"{tenths // 10},{tenths % 10}"


def context(**changes: Any) -> dict[str, Any]:
    ledger = [
        {
            "title": title, "gained": french(value * 2), "missed": french(200 - value * 2),
            "lines": [{"question": q, "answer": a, "explanation": e, "gained": french(25 + 7 * i), "missed": french(31 - 5 * i)}
                      for i, (q, a, e) in enumerate(QUESTIONS[: 4 if title != "Votre site" else 2])],
        }
        for title, value, _ in BARS
    ]  # fmt: skip
    values = {
        "letterhead": Letterhead("Commerce connecté", "un programme pour les commerces de Wallonie", "#0e5a64"),
        "made_at": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "shop": "Fleurs Dupont", "trade": "Fleuriste", "city": "Namur", "code": "KAPO-7314",
        "score": 47, "high": 55, "gained": "47,0", "missed": "53,0",
        "sentence": "Vos clients vous trouvent. Aidez-les maintenant à acheter.",
        "advice": "Votre fiche est complète et vos photos donnent envie : c’est mieux que la plupart des fleuristes. "
                  "Ce qui manque le plus : pouvoir commander sans téléphoner, et protéger ce que vous avez.",
        "bars": [{"label": title, "value": value, "peer": peers} for title, value, peers in BARS],
        "steps": [
            {"title": "Prendre les commandes en ligne", "worth": 6, "minutes": 40, "text": "Créez un formulaire avec le nom, le bouquet et la date, et mettez son adresse sur votre fiche."},
            {"title": "Sauvegarder vos fichiers", "worth": 5, "minutes": 20, "text": "Copiez vos factures et vos photos sur une clé que vous rangez ailleurs que dans la boutique."},
            {"title": "Demander un avis à chaque livraison", "worth": 3, "minutes": 10, "text": "Une petite carte dans le bouquet, avec le code qui ouvre la page des avis."},
        ],
        "topics": [{"title": title, "promise": promise,
                    "reasons": ["On ne peut pas commander chez vous sans téléphoner : 12 points à gagner.", "Chez les fleuristes, la livraison pèse une fois et demie."],
                    "alone": "Choisissez trois bouquets, photographiez-les devant un mur clair, et publiez-les avec leur prix. "
                             "Demandez à une cliente de commander devant vous : vous verrez où elle hésite."}
                   for title, promise in TOPICS],
        "tools": [
            {"name": "Fiche d’établissement", "minutes": 20, "what": "ce que l’on voit de votre commerce quand on cherche son nom."},
            {"name": "Formulaire en ligne", "minutes": 40, "what": "une page de questions dont les réponses arrivent dans un tableau."},
            {"name": "Coffre à mots de passe", "minutes": 30, "what": "une application qui retient vos mots de passe à votre place."},
        ],
        "ledger": ledger,
        "days": ["3 mars 2026", "21 novembre 2026"],
        "previous": [{"title": title, "values": [value - 9, value], "difference": "+ 9"} for title, value, _ in BARS],
    }  # fmt: skip
    return values | changes


def sample(language: str = "fr", **changes: Any) -> str:
    with translation.override(language):
        return engines["django"].from_string(TEMPLATE.read_text("utf-8")).render(context(**changes))
