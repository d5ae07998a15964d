"""Which column says what, by its head in French, English, Dutch or German, however it is written. Without Django."""

import re
from collections.abc import Sequence

from programmes.folding import folded

# Each head as folded() writes it.
HEADS = {
    "name": "nom|nom et prenom|nom prenom|prenom nom|prenom et nom|nom complet|nom du participant|participant|participante"
    "|participants|personne|contact|nom du contact|personne de contact|name|full name|attendee|contact person|contact name"
    "|naam|volledige naam|voornaam en naam|naam en voornaam|deelnemer|contactpersoon|teilnehmer|teilnehmerin"
    "|vor und nachname|vorname und name|name und vorname|vorname nachname|name vorname|ansprechpartner|kontaktperson",
    "first_name": "prenom|prenoms|first name|firstname|given name|forename|voornaam|vorname",
    "last_name": "nom de famille|last name|lastname|surname|family name|achternaam|familienaam|nachname|familienname",
    "shop": "commerce|nom du commerce|enseigne|magasin|nom du magasin|boutique|entreprise|nom de l entreprise|societe"
    "|nom de la societe|raison sociale|denomination|etablissement|shop|shop name|business|business name|company"
    "|company name|organisation|organization|winkel|naam van de winkel|zaak|handelszaak|handelsnaam|bedrijf|bedrijfsnaam"
    "|onderneming|firma|firmenname|geschaft|name des geschafts|betrieb|unternehmen|laden",
    "number": "numero d entreprise|num d entreprise|no d entreprise|n d entreprise|numero entreprise|n entreprise"
    "|no entreprise|bce|numero bce|n bce|no bce|tva|numero de tva|numero tva|n tva|no tva|n de tva|no de tva"
    "|enterprise number|company number|vat|vat number|vat no|kbo|kbo nummer|ondernemingsnummer|btw|btw nummer"
    "|unternehmensnummer|betriebsnummer|ust idnr|ust id|ust id nr|mwst nummer",
    "street": "rue|adresse|rue et numero|rue et no|rue et n|rue numero|rue n|adresse du commerce|street|address"
    "|street and number|street address|straat|straat en nummer|adres|strasse|strasse und hausnummer|strasse und nummer"
    "|strasse und nr|strasse nr|anschrift",
    "house_number": "numero|num|n|no|nr|nummer|house number|huisnummer|hausnummer|number",
    "postal_code": "code postal|cp|c p|postal code|postcode|post code|zip|zip code|plz|postleitzahl",
    "city": "ville|localite|commune|municipalite|code postal et localite|cp et localite|cp localite|cp ville|city|town"
    "|municipality|locality|stad|gemeente|plaats|woonplaats|ort|stadt|gemeinde|plz ort",
    "email": "e mail|email|mail|courriel|adresse e mail|adresse email|adresse mail|adresse electronique|email address"
    "|e mail address|mail address|e mailadres|emailadres|mailadres|e mail adres|e mail adresse|e mailadresse|emailadresse",
    "phone": "telephone|tel|gsm|portable|mobile|tel gsm|telephone gsm|gsm tel|numero de telephone|n de telephone"
    "|no de telephone|n de tel|no de tel|numero de gsm|telephone portable|telephone mobile|telephone fixe|phone"
    "|phone number|telephone number|mobile phone|mobile number|telefoon|telefoonnummer|tel nr|mobiel|gsm nummer|telefon"
    "|telefonnummer|handy|handynummer|mobil|mobilnummer",
    "language": "langue|langues|language|lang|taal|sprache",
    "helper": "accompagnant|accompagnante|accompagnateur|accompagne de|accompagnee de|nom de l accompagnant|aide|aidant"
    "|avec accompagnant|helper|name of the helper|comes with|companion|accompanied by|begeleider|begeleidster"
    "|naam van de begeleider|helper helpster|begleitung|begleitperson|name der begleitperson|places|nombre de places"
    "|seats|number of seats|plaatsen|aantal plaatsen|platze|anzahl platze",
    "present": "present|presente|present e|presence|presences|a participe|attended|attendance|aanwezig|aanwezigheid"
    "|anwesend|anwesenheit",
}
FIELDS = tuple(HEADS)
FIELD_OF = {head: field for field, heads in HEADS.items() for head in heads.split("|")}
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
# The head of the column that our own lists of rows to mend begin with: it is for the eyes.
OWN = "Tremplin"
# A list may begin with its title and a date.
LOOKED_AT = 15


def field_of(head: str) -> str:
    """`N° d'entreprise (BCE) *` -> "number"; "" for what is not known."""
    if len(head) > 80:
        return ""
    return FIELD_OF.get(folded(IN_BRACKETS.sub(" ", head)), "")


def columns_of(heads: Sequence[str]) -> list[str]:
    """The field of each column, "" for what is not read. Beside a first name a "name" is the last name; a number
    that does not stand behind a street counts rows."""
    fields = [field_of(head) for head in heads]
    if "first_name" in fields and "last_name" not in fields:
        fields = ["last_name" if field == "name" else field for field in fields]
    return [
        "" if field == "house_number" and "street" not in fields[:place][-1:] else field
        for place, field in enumerate(fields)
    ]


def names_somebody(columns: Sequence[str]) -> bool:
    """Whether a row of these columns says who comes."""
    return bool({"name", "first_name", "last_name"} & set(columns))


def head_of(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, list[str]]:
    """The number of the row with the heads and the fields they name; the first row and what little it names, if none is sure."""
    best = rows[0]
    known = 0
    for number, cells in rows[:LOOKED_AT]:
        columns = columns_of(cells)
        count = len({field for field in columns if field})
        if names_somebody(columns) and count > known and (count > 1 or len(cells) == 1):
            best, known = (number, cells), count
    return best[0], columns_of(best[1])
