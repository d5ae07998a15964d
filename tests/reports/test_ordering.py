from reports.ordering import Column, Ordered


def test_words_stand_by_alphabet_whatever_their_accents():
    names = ["Zaventem", "Éghezée", "d’Ath", "Namur", "Écaussinnes"]
    table = Ordered("cities", "Cities", [Column("city", "City", str)], names, "city")
    assert table.in_order == ["d’Ath", "Écaussinnes", "Éghezée", "Namur", "Zaventem"]
