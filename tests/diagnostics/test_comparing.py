from datetime import date, timedelta
from fractions import Fraction

import pytest

from businesses.models import Membership
from diagnostics import attaching, comparing, taking
from diagnostics.figures import profile_in, summed
from diagnostics.models import Diagnostic
from tests.diagnostics.shops import MAY, copies, highest, lowest, reload, take, take_again, without_question
from tests.programmes.makers import make_programme

LATER = MAY + timedelta(days=30)
NEXT_YEAR = MAY.replace(year=2027)
PLACE = {"number": "BE 0403.019.261", "street": "Rue de Fer 12", "postal_code": "5000"}


def peers(commerce, **fields):
    """What a shop that completes a month later is compared with."""
    return take(commerce, at=LATER, **fields).result["peers"]


def takers(commerce, count, trade="florist"):
    return copies(take(commerce, trade), count)


def counting():
    return [*Diagnostic.objects.counting().order_by("completed_at")]


def keep_for(diagnostic, user, name="Fleurs Dupont", **told):
    return attaching.attach(diagnostic=diagnostic, user=user, name=name, at=MAY, **{**PLACE, **told})


def moved(diagnostic):
    previous = diagnostic.result["previous"]
    return previous and previous["score"]


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_peers_below_the_floor_are_not_shown(commerce, count, shown):
    takers(commerce, count)
    assert (peers(commerce) is not None) is shown


@pytest.mark.parametrize(
    ("setting", "count", "shown"), [(4, 10, False), (4, 11, True), (None, 10, False), (7, 6, False)]
)
def test_peers_obey_the_floor_that_is_set(commerce, settings, setting, count, shown):
    settings.DISCLOSURE_FLOOR = setting
    takers(commerce, count)
    assert (peers(commerce) is not None) is shown


def test_peers_say_who_how_many_and_since_when(commerce):
    takers(commerce, 4)
    take(commerce, level=highest, at=MAY - timedelta(days=10))

    told = peers(commerce)

    assert (told["among"], told["n"], told["since"], told["until"]) == ("sub_sector", 5, "2026-04-24", "2026-06-03")
    assert told["dimensions"] == dict.fromkeys(("found", "site", "sell", "clients", "run", "safe"), 20)


def test_peers_are_the_family_when_the_trade_is_too_small(commerce):
    takers(commerce, 4)
    take(commerce, "pets")
    told = peers(commerce)
    assert (told["among"], told["n"]) == ("family", 5)


def test_peers_are_all_when_the_family_is_too_small(commerce):
    takers(commerce, 4)
    take(commerce, "bakery")
    told = peers(commerce)
    assert (told["among"], told["n"]) == ("all", 5)


def test_peers_of_another_programme_or_of_the_future_or_without_a_result_do_not_count(commerce, florist):
    four = takers(commerce, 4)
    take(commerce, at=LATER + timedelta(days=1))
    taking.start(programme=commerce, sub_sector=florist, city=None, staff_size="alone", language="fr")
    elsewhere = takers(commerce, 1)[0]
    Diagnostic.objects.filter(pk=elsewhere.pk).update(programme=make_programme("other"))

    assert peers(commerce) is None
    assert len(four) == 4


def test_dimension_that_too_few_answered_has_no_mean(commerce):
    five = takers(commerce, 5)
    Diagnostic.objects.filter(pk=five[0].pk).update(profile=five[0].profile | {"sell": None})

    told = peers(commerce)["dimensions"]

    assert [code for code, value in told.items() if value is None] == ["sell"]


def test_own_earlier_diagnostics_are_not_peers(commerce):
    first = take(commerce, at=MAY.replace(year=2016))
    second = take_again(first, at=MAY.replace(year=2017))
    beside = take_again(second)
    takers(commerce, 4)

    third = take_again(second, at=LATER)

    assert beside.result["peers"] is None
    assert third.result["peers"] is None


def test_other_diagnostics_of_ones_own_shop_are_not_peers(commerce, alice):
    mine, other = takers(commerce, 2)
    for diagnostic in (mine, other):
        keep_for(diagnostic, alice)
    takers(commerce, 4)

    again = take_again(Diagnostic.objects.get(pk=mine.pk), at=LATER)

    assert again.result["peers"] is None


def test_shop_counts_once_a_campaign_by_its_latest(commerce, alice):
    early, late = take(commerce), take(commerce, level=highest, at=LATER)
    year_before = take(commerce, at=MAY.replace(year=2017))
    for diagnostic in (early, late, year_before):
        keep_for(diagnostic, alice)

    assert counting() == [year_before, late]


def test_diagnostic_done_again_counts_once_without_a_shop(commerce):
    first = take(commerce)
    second = take_again(first, at=MAY + timedelta(days=1))
    corrected = take_again(first, at=MAY + timedelta(days=2))
    stranger_s = take(commerce, at=LATER)

    assert counting() == [corrected, stranger_s]
    assert second.previous == first


def test_diagnostic_done_again_in_another_campaign_counts_in_both(commerce):
    first = take(commerce, at=MAY.replace(year=2017))
    again = take_again(first)
    assert counting() == [first, again]


def test_diagnostic_done_again_counts_once_in_a_programme_without_campaigns(commerce):
    commerce.campaigns.all().update(withdrawn_at=MAY)
    first = take(commerce)
    again = take_again(first, at=LATER)
    assert (first.campaign, counting()) == (None, [again])


def test_request_to_join_neither_replaces_the_shop_s_result_nor_counts_for_it(commerce, alice, charlie):
    hers, his = take(commerce), take(commerce, level=highest, at=LATER)
    keep_for(hers, alice)
    brought = keep_for(his, charlie)

    assert brought.membership.state == Membership.State.REQUESTED
    assert counting() == [hers, his]


def test_request_to_join_shows_nothing_of_the_shop(commerce, alice, charlie):
    keep_for(take(commerce, level=highest), alice)
    his = take(commerce, at=LATER)
    keep_for(his, charlie)

    again = take_again(Diagnostic.objects.get(pk=his.pk), at=LATER + timedelta(days=1))

    assert again.result["previous"]["public_id"] == str(his.public_id)
    assert moved(again) == [0, 0]


def test_request_to_join_leaves_the_shop_among_the_peers(commerce, alice, charlie):
    """Else whoever names a shop would find its result as the difference between two means."""
    keep_for(take(commerce), alice)
    takers(commerce, 4)
    his = take(commerce, at=LATER)
    keep_for(his, charlie)

    again = take_again(Diagnostic.objects.get(pk=his.pk), at=LATER + timedelta(days=1))

    assert (his.result["peers"]["n"], again.result["peers"]["n"]) == (5, 5)


def test_member_who_was_let_in_shares_the_shop_s_results(commerce, alice, charlie):
    hers = take(commerce, level=highest)
    keep_for(hers, alice)
    his = take(commerce, at=MAY - timedelta(days=1))
    brought = keep_for(his, charlie)
    Membership.objects.filter(pk=brought.membership.pk).update(state=Membership.State.APPROVED, decided_at=MAY)

    again = take_again(Diagnostic.objects.get(pk=his.pk), at=LATER)

    assert again.result["previous"]["public_id"] == str(hers.public_id)
    assert moved(again) == [100, 0]


def test_previous_result_is_the_one_it_was_started_from(commerce):
    first = take(commerce, at=MAY)
    second = take_again(first, level=highest, at=LATER)
    told = second.result["previous"]

    assert first.result["previous"] is None
    assert (told["public_id"], told["on"], told["questions"]) == (str(first.public_id), "2026-05-04", 22)
    assert told["score"] == [0, 100]
    assert told["dimensions"]["safe"] == [0, 100]


def test_previous_result_is_dated_by_the_local_day(commerce):
    first = take(commerce, at=MAY.replace(hour=23))
    assert take_again(first, at=LATER).result["previous"]["on"] == "2026-05-05"


def test_previous_result_is_compared_on_shared_questions_alone(commerce):
    """All that is missing is missing on a question that is gone, then on one that is new."""
    first = take(commerce, level=lambda q: lowest(q) if q.code == "safe-data" else highest(q))

    def change(data):
        without_question("safe-data")(data)
        safe = data["questionnaire"]["dimensions"][-1]["questions"]
        safe.append(safe[0] | {"code": "safe-new"})

    reload(change)
    second = take_again(first, level=lambda q: lowest(q) if q.code == "safe-new" else highest(q), at=LATER)

    assert (first.profile["safe"], second.profile["safe"]) == (75, 75)
    assert second.result["previous"]["questions"] == 21
    assert second.result["previous"]["dimensions"]["safe"] == [100, 100]
    assert moved(second) == [100, 100]


def test_previous_result_without_a_shared_question_moves_nothing(commerce):
    first = take(commerce)

    def rename(data):
        for dimension in data["questionnaire"]["dimensions"]:
            for question in dimension["questions"]:
                question["code"] = f"new-{question['code']}"
                question.pop("only_if", None)
        data["topics"] = []

    reload(rename)
    told = take_again(first, at=LATER).result["previous"]

    assert (told["questions"], told["score"], told["dimensions"]) == (0, [None, None], {})


def test_mean_is_exact_and_rounded_half_up_once(commerce):
    scores = [50, 50, 50, 50, 51, 52, 52, 53]  # 408 / 8 = 51; found: 404 / 8 = 50.5
    for diagnostic, score in zip(takers(commerce, 8), scores, strict=True):
        profile = diagnostic.profile | {"sell": score, "found": score - (score > 50)}
        Diagnostic.objects.filter(pk=diagnostic.pk).update(profile=profile)

    figure = profile_in(summed(Diagnostic.objects.all(), ["found", "sell"]).get(), ["found", "sell"])
    told = peers(commerce)["dimensions"]

    assert figure.dimensions["found"].value == Fraction(101, 2)
    assert (figure.dimensions["sell"].value, figure.n, figure.since) == (Fraction(51), 8, date(2026, 5, 4))
    assert (told["found"], told["sell"]) == (51, 51)


def test_figure_carries_its_definition_and_its_number_of_shops(commerce):
    takers(commerce, 5)
    figure = profile_in(summed(Diagnostic.objects.all(), ["safe"]).get(), ["safe"]).dimensions["safe"]
    assert (figure.n, bool(figure.name), bool(figure.definition), bool(figure.unit)) == (5, True, True, True)


def test_comparison_costs_no_more_for_a_shop_that_came_back_often(commerce, django_assert_num_queries):
    takers(commerce, 6)
    last = take(commerce)
    for day in range(1, 4):
        last = take_again(last, at=MAY + timedelta(days=day))
    with django_assert_num_queries(1 + 3):  # the first circle is large enough; one look back for each earlier one
        comparing.peers_data(last, LATER)
