"""The demo's made-up people and activity, and what they come to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from io import BytesIO
from statistics import correlation

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from businesses.models import Call
from diagnostics.models import Diagnostic
from figures.definition import Filters
from outbox import leasing
from outbox.bell import bell
from outbox.models import Job, Mail
from portal.demo import loading, people, story
from programmes.figures import FIGURES as CITY_FIGURES
from programmes.models import Campaign, Engagement, Mobilisation, Note, Official, Programme
from reports import city_report, registry, spreadsheets
from reports.behind import read as read_rows
from reports.behind import row_of
from reports.parting import GROUPS
from reports.periods import of_campaign
from reports.releasing import release
from reports.subjects import Subject
from surveys import telling as asking
from surveys.figures import FIGURES as ANSWER_FIGURES
from surveys.figures.slips import FIGURES as SLIP_FIGURES
from surveys.models import AnswerBox, Slip
from tests import pdfs
from tests.portal.demo_activity import AT, KNOWN, digest, load_in_one_go
from trainings import telling
from trainings.models import Attendance, Certificate, Interest, Module, Registration, Session, VoucherEntry

TODAY = date(2026, 11, 18)
AS_OF = Q(starts_at__date__lte=date(2016, 10, 4))
THEN = datetime(2016, 10, 4, 12, tzinfo=UTC)
Kind, State = Session.Kind, Session.State


@pytest.fixture(scope="module")
def activity(django_db_setup, django_db_blocker):
    """Committed step by step, as by a worker: savepoints by the ten thousand in one transaction would take twice as long."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(bell, "silent_until", float("inf"))
        load_in_one_go()
        yield
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)  # remembered rows keep their keys


@pytest.fixture
def told(activity, db):
    """The sessions of the demo; each test undoes what it did."""
    return Session.objects.order_by("starts_at")


def present(sessions):
    """Heads that were there, and the shops they came from."""
    there = Attendance.objects.filter(is_present=True, registration__session__in=[each.pk for each in sessions])
    return there.aggregate(heads=Count("pk"), shops=Count("registration__business", distinct=True))


def cities(sessions):
    return {city.code for session in sessions for city in session.cities.all()}


def campaign(told, code):
    return told.filter(campaign__code=code)


def test_story_of_2016_comes_to_what_was_published(told):
    held = [*campaign(told, "campaign-2016").filter(AS_OF)]
    planned = [*campaign(told, "campaign-2016").exclude(AS_OF)]
    assert (len(held), len(cities(held)), len(planned), len(cities(planned))) == (25, 41, 10, 23)
    assert not cities(held) & cities(planned)
    assert present(held) == {"heads": 429, "shops": 325}
    assert present(held[:20])["heads"] / 20 == 16.25
    assert {session.published_at.date() < story.AS_OF for session in planned} == {True}
    assert max(len(session.cities.all()) for session in held) > 1
    assert {session.state for session in [*held, *planned]} == {State.HELD}


def figures_of(code, definitions, *codes, as_of=AT, **filters):
    """Their values in this campaign, by code."""
    year = Campaign.objects.get(code=code)
    wanted = Filters(programme=year.programme_id, campaign=year.pk, as_of=as_of, **filters)
    return {each.code: each.compute(wanted) for each in definitions if each.code in codes}


figures_2016 = partial(figures_of, "campaign-2016", as_of=THEN)


def test_cities_of_2016_come_to_what_was_published(told):
    codes = ("cities-invited", "cities-interested", "cities-taking-part", "cities-refused", "cities-without-answer")
    found = {code: value.value for code, value in figures_2016(CITY_FIGURES, *codes).items()}
    assert found == dict(zip(codes, (66, 64, 41, 1, 1), strict=True))
    year = Campaign.objects.get(code="campaign-2016")
    standing = Engagement.objects.of(year).standing_at(THEN, [Engagement.State.INTERESTED]).select_related("city")
    planned = campaign(told, "campaign-2016").exclude(AS_OF)
    assert {row.city.code for row in standing} == cities(planned)
    assert len(cities(planned)) == 23
    assert {row.invited_on.strftime("%Y-%m") for row in Engagement.objects.of(year)} == {"2016-02"}
    (later,) = figures_2016(CITY_FIGURES, "cities-taking-part", as_of=AT).values()
    assert later.value == 64


@pytest.mark.parametrize("by", ["grouping", "city", "campaign"])
def test_a_part_of_a_breakdown_is_the_figure_under_its_filter(told, by):
    """All parts come from one query, the figure of one from another."""
    everything = Filters(programme=Programme.objects.get(code="commerce-connecte").pk, as_of=AT)
    groups = [*GROUPS[by](Programme.objects.get(pk=everything.programme)).items()]
    chosen = groups if by != "city" else [one for one in groups if one[0] in busiest()]
    unlike = [
        (definition.code, str(group.label))
        for definition in registry.definitions()
        if by in definition.breakdowns
        for parts in [definition.split(everything, by)]
        for key, group in chosen
        if not alike(parts.get(key), definition.compute(group.narrowed(everything)))
    ]
    assert unlike == []


def test_a_year_of_a_trend_is_the_figure_of_that_year(told):
    """Whoever came in two of its quarters is one. Answers that are gathered in their campaign lie in no year by themselves."""
    everything = Filters(programme=Programme.objects.get(code="commerce-connecte").pk, as_of=AT)
    of_2016 = replace(everything, since=date(2016, 1, 1), until=date(2016, 12, 31))
    dated = [each for each in registry.definitions() if "month" in each.breakdowns and not each.undated]
    years = [(each, each.split(everything, "year")) for each in dated]
    assert [each.code for each, parts in years if parts is None] == []
    unlike = [each.code for each, parts in years if not alike(parts.get(of_2016.since), each.compute(of_2016))]
    assert (len(dated) > 20, unlike) == (True, [])


def test_rows_behind_every_figure_are_read_with_their_names_as_often_for_forty_as_for_one(told):
    everything = Filters(programme=Programme.objects.get(code="commerce-connecte").pk, as_of=AT)
    behind = {each.code: each.rows(everything) for each in registry.definitions() if each.rows}
    keys = {code: [*rows.values_list("pk", flat=True)[:40]] for code, rows in behind.items()}
    assert {rows.model for code, rows in behind.items() if keys[code]} == {rows.model for rows in behind.values()}
    for code, rows in behind.items():
        asked, read = times_asked(rows.model, keys[code])
        assert (code, len(read), [row.label for row in read if not row.label]) == (code, len(keys[code]), [])
        assert (code, asked) == (code, times_asked(rows.model, keys[code][:1])[0])


def times_asked(model, keys):
    with CaptureQueriesContext(connection) as asked:
        read = [row_of(row) for row in read_rows(model, keys)]
    return len(asked), read


def busiest():
    """The cities of most sessions."""
    return {
        *Session.cities.through.objects.values_list("city")
        .annotate(n=Count("pk"))
        .order_by("-n", "city")
        .values_list("city", flat=True)[:3]
    }


def alike(part, whole):
    if part is None:
        return not whole.n
    return (part.value, part.n, part.numerator, part.denominator) == (
        whole.value,
        whole.n,
        whole.numerator,
        whole.denominator,
    )


def test_every_city_had_decided_before_its_session(told):
    for session in campaign(told, "campaign-2016"):
        rows = Engagement.objects.of(session.campaign).filter(city__in=session.cities.all())
        taking_part = rows.standing_at(session.starts_at, [Engagement.State.TAKING_PART])
        assert taking_part.count() == session.cities.count()


def test_turnout_of_2016_follows_mobilisation(told):
    held = [*campaign(told, "campaign-2016").filter(AS_OF)]
    actions = Mobilisation.objects.filter(campaign__code="campaign-2016")
    done = [actions.filter(city__in=session.cities.all(), on__lte=session.starts_at).count() for session in held]
    heads = [present([session])["heads"] for session in held]
    assert min(done) >= 1
    assert correlation(done[:20], heads[:20]) > 0.9  # the first count has a mean of its own
    assert {*actions.values_list("kind", flat=True)} == set(Mobilisation.Kind)
    (visited,) = figures_2016(CITY_FIGURES, "shops-visited").values()
    assert visited.value > 100
    came = Registration.objects.filter(session__in=held).exclude(via=None).select_related("via", "session")
    assert came.count() > 50
    assert all(row.via.on <= row.asked_at.date() for row in came)


def test_cities_of_now_stand_in_every_state_and_some_are_overdue(told):
    now = Engagement.objects.filter(campaign__code="demonstration")
    assert {*now.values_list("state", flat=True)} == set(Engagement.State)
    assert now.exclude(due_on=None).count() == 8
    late = Engagement.objects.overdue(TODAY).order_by("due_on")
    assert all(row.campaign.code == "demonstration" and row.owner and row.next_action for row in late)
    assert [row.state for row in late] == ["invited", "taking-part", "interested"]
    assert Note.objects.filter(engagement__in=now).count() == 8
    assert not now.filter(state="taking-part", council_on=None).exists()
    assert {*now.exclude(owner=None).values_list("owner__email", flat=True)} == set(people.STAFF)
    taking_part = {row.city_id for row in now.filter(state=Engagement.State.TAKING_PART)}
    assert {*campaign(told, "demonstration").values_list("host", flat=True)} <= taking_part


def test_answers_of_2016_come_to_what_was_published(told):
    found = figures_2016(ANSWER_FIGURES, "usefulness", "tools", "training", "response-rate")
    assert {code: (value.numerator, value.denominator) for code, value in found.items()} == {
        "usefulness": (356, 400),
        "tools": (240, 400),
        "training": (200, 400),
        "response-rate": (400, 429),
    }


def test_answers_of_the_first_count_come_to_what_was_published(told):
    last = campaign(told, "campaign-2016")[19].starts_at.date()
    found = figures_2016(ANSWER_FIGURES, "usefulness", "training", "strategy", "relevance", until=last)
    assert {code: (value.numerator, value.denominator) for code, value in found.items()} == {
        "usefulness": (267, 300),
        "training": (147, 300),
        "strategy": (81, 300),
        "relevance": (225, 300),
    }
    assert found["relevance"].value == Fraction(75, 100)


def test_surveys_of_2016_are_closed_and_say_no_longer_who_answered(told):
    boxes = AnswerBox.objects.filter(session__campaign__code="campaign-2016")
    assert (boxes.count(), boxes.open().count()) == (35, 0)
    assert all((box.used, box.sealed, len(box.answers)) == ([], "", box.used_count) for box in boxes)


def test_more_had_registered_in_2016_than_came(told):
    for session in campaign(told, "campaign-2016"):
        assert session.registrations.registered().seats() > present([session])["heads"]
        assert session.registrations.filter(state=Registration.State.CANCELLED).count() == 1


def test_trainings_of_2017_are_on_what_2016_recommended_most(told):
    trainings = campaign(told, "campaign-2017").select_related("module", "topic")
    best = story.most_recommended(trainings[0].programme, Campaign.objects.get(code="campaign-2016"))[:6]
    assert {training.topic for training in trainings} == set(best)
    assert {training.state for training in trainings} == {State.HELD}
    assert all(training.module.is_payable_on(training.starts_at.date()) for training in trainings)
    people_of_2016 = Registration.objects.filter(session__campaign__code="campaign-2016").values("person")
    assert not Registration.objects.filter(session__in=trainings).exclude(person__in=people_of_2016).exists()


def test_vouchers_are_earned_by_who_came_and_released_by_who_did_not(told):
    kinds = VoucherEntry.objects.filter(campaign__code="campaign-2017").values_list("kind").annotate(Count("pk"))
    registered = story.TRAININGS * story.TRAINED
    assert dict(kinds) == {"reserved": registered, "earned": registered - story.TRAININGS, "released": story.TRAININGS}
    assert Certificate.objects.filter(registration__session__campaign__code="campaign-2017").count() == 72


def test_campaign_of_now_has_sixty_sessions_around_one_today(told):
    now = campaign(told, "demonstration")
    assert now.count() == 60
    assert (
        Campaign.objects.get(code="demonstration").starts_on
        < TODAY
        < Campaign.objects.get(code="demonstration").ends_on
    )
    (today,) = now.filter(starts_at__date=TODAY)
    assert today.is_coming_at(AT)
    assert (today.starts_at > AT, today.registrations.registered().count() > 8) == (True, True)
    assert [trainer.email for trainer in today.trainers.all()] == ["trainer@demo.example"]
    assert now.filter(starts_at__gt=AT).count() == 23
    assert {*now.values_list("kind", flat=True)} == set(Kind)


def test_campaign_of_now_has_one_of_each_sort(told):
    now = campaign(told, "demonstration")
    (full,) = now.filter(registrations__state=Registration.State.WAITING).distinct()
    assert (full.free_seats, full.registrations.waiting().count()) == (0, 2)
    states = dict(now.order_by().values_list("state").annotate(Count("pk")))
    assert (states[State.DRAFT], states[State.CANCELLED]) == (1, 2)
    assert all(session.cancel_reason for session in now.filter(state=State.CANCELLED))
    assert [*now.exclude(head_count=None).values_list("kind", flat=True)] == [Kind.CONFERENCE]
    courses = now.annotate(evenings=Count("dates")).filter(evenings=3)
    assert [course.state for course in courses] == [State.HELD, State.OPEN, State.OPEN]
    assert courses[1].dates.filter(attendances__is_present=True).distinct().count() == 1
    assert {*now.values_list("trainers__email", flat=True)} == set(people.TRAINERS)
    assert Session.objects.under_minimum(AT).count() == 1
    assert now.exclude(link="").filter(kind=Kind.WEBINAR).count() == now.filter(kind=Kind.WEBINAR).count()


def test_wishes_of_each_campaign_became_trainings_or_stopped(told):
    assert {code: wishes(code) for code in ("campaign-2016", "campaign-2017", "demonstration")} == {
        "campaign-2016": {"wanting": 102, "booked": 50, "attended": 39, "better": 7, "declining": 32, "stopped": 44},
        "campaign-2017": {"wanting": 16, "booked": 1, "attended": 1, "better": 3, "declining": 6, "stopped": 4},
        "demonstration": {"wanting": 43, "booked": 20, "attended": 13, "better": 2, "declining": 18, "stopped": 10},
    }


def wishes(code):
    """Of those who wanted a training, how many booked one and so on, without the share that they are."""
    found = figures_of(code, SLIP_FIGURES, *(each.code for each in SLIP_FIGURES))
    return {
        code.removeprefix("slips-"): int(value.value if value.numerator is None else value.numerator)
        for code, value in found.items()
    }


def test_nobody_is_told_now_of_what_was_asked_for_then(told):
    assert Slip.objects.filter(signed_at__year__lt=2020, topics__isnull=False).exists()
    assert not Interest.objects.filter(asked_at__year__lt=2020, withdrawn_at=None).exists()


def test_surveys_of_2017_are_closed_with_those_of_few_in_the_campaigns(told):
    (gathered,) = AnswerBox.objects.of_campaigns().filter(campaign__code="campaign-2017")
    assert not AnswerBox.objects.open().filter(session__starts_at__year__lt=2020).exists()
    assert (gathered.is_closed, gathered.waiting, gathered.sealed) == (True, 0, "")
    found = figures_of("campaign-2017", ANSWER_FIGURES, "usefulness", "response-rate")
    assert {code: (value.numerator, value.denominator) for code, value in found.items()} == {
        "response-rate": (53, 72),
        "usefulness": (50, 53),
    }


def test_surveys_of_now_go_on_and_some_were_reminded(told):
    running = AnswerBox.objects.open().of_sessions()
    assert (running.count(), {box.survey.number for box in running}) == (4, {1})
    assert [box.sheets_left for box in running if box.sheets_taken] == [2]
    unused = [box for box in running if box.used_count < present([box.session])["heads"]]
    assert len(unused) >= 3
    assert Mail.objects.filter(template=asking.REMIND, finished_at__gt=AT - timedelta(days=30)).count() == 4
    assert (asking.invite(at=AT), asking.remind(at=AT), asking.follow_up(at=AT)) == (0, 0, 0)


def test_what_slips_ask_for_stands_on_the_call_list(told):
    lines = Call.objects.open().filter(template="surveys/slip")
    assert lines.count() >= 3
    assert lines.filter(asked_at__lt=AT - timedelta(weeks=3)).count() == 0
    assert Call.objects.filter(template=asking.SIX_WEEKS, state=Call.State.DONE).exists()


def test_who_asks_for_a_call_has_a_number_and_may_be_called(told):
    calls = Slip.objects.filter(wants_call=True)
    assert (calls.filter(phone="").count(), calls.filter(contact_agreed_at=None).count()) == (0, 0)
    assert calls.exists()


def test_some_take_the_self_diagnostic_in_the_room_of_today(told):
    today = told.get(campaign__code="demonstration", starts_at__date=TODAY)
    begun = Diagnostic.objects.begun_in(today)
    assert (begun.count(), begun.completed().count()) == (5, 3)
    assert begun.filter(completed_at__gt=AT).count() == 0


def test_trades_of_most_shops_are_known(told):
    of_2016 = Registration.objects.filter(session__campaign__code="campaign-2016", attendances__is_present=True)
    trades = [*of_2016.values_list("business", "business__sub_sector").distinct()]
    assert 0.9 < sum(trade is not None for _shop, trade in trades) / len(trades) < 0.99


def test_officials_have_sessions_then_and_now_and_the_ministry_may_read(told, client):
    for official in Official.objects.in_force():
        campaigns = official.city.sessions.published().values_list("campaign__code", flat=True)
        assert {"campaign-2016", "demonstration"} <= {*campaigns}
    assert [*Official.objects.order_by("user__email").values_list("city__name_key", flat=True)] == ["dinant", "namur"]
    client.force_login(User.objects.get(email=next(iter(people.READERS))))
    assert client.get(reverse("reports:reports", args=["commerce-connecte"])).status_code == 200
    told_names = Registration.objects.exclude(names_told_at=None)
    assert {row.via.city.name_key for row in told_names.select_related("via__city")} == {"namur"}


def test_modules_stand_where_they_may_stand(told):
    assert {*Module.objects.values_list("approval", flat=True)} == set(Module.Approval)
    assert all(module.approval_number for module in Module.objects.filter(approval=Module.Approval.APPROVED))


def test_past_mails_were_sent_and_nobody_is_told_again(told):
    mails = Mail.objects.exclude(template="account/emails/invitation")
    assert {*mails.values_list("state", flat=True)} == {"sent"}
    assert mails.filter(finished_at__gt=AT).count() == 0
    assert mails.filter(template=telling.OPENED).exists()
    assert (telling.remind(at=AT), telling.thank(at=AT)) == (0, 0)


def test_no_document_is_made(told):
    assert [*Job.objects.values_list("kind", "state")] == [(loading.KIND, "done")]


def test_alice_has_two_results_a_certificate_and_a_seat(told):
    results = Diagnostic.objects.filter(person__user__email=people.SHOPKEEPER).order_by("completed_at")
    assert [bool(result.result["previous"]) for result in results] == [False, True]
    assert results[1].result["peers"]["n"] >= 5
    assert Certificate.objects.get(registration__person__user__email=people.SHOPKEEPER).name == "Alice Dupont"
    seats = Registration.objects.filter(person__user__email=people.SHOPKEEPER, session__starts_at__gt=AT)
    assert [seat.state for seat in seats] == ["registered"]


def test_every_trade_has_peers_and_some_wait_to_be_told(told):
    trades = Diagnostic.objects.completed().values_list("sub_sector").annotate(count=Count("pk"))
    assert (len(trades), min(count for _trade, count in trades) >= 5) == (37, True)
    assert Diagnostic.objects.exclude(session=None).count() > 200
    assert Interest.objects.standing().exists()
    assert Interest.objects.pending().exists()


@pytest.fixture
def balance(told, in_english):
    """Of the campaign of 2016, as it stood on the day that its figures were published."""
    year = Campaign.objects.get(code="campaign-2016")
    return release(subject=Subject(year.programme, of_campaign(year)), on=story.AS_OF, at=AT)


def test_balance_of_2016_as_pdf_says_what_was_published(balance):
    words = pdfs.text(city_report.render(balance))
    said = (
        "as it stood on 4 October 2016. The period is not over",
        "66 cities were invited. 64 cities showed interest.",
        "The reason given: has a project of its own (1).",
        "25 sessions were held. The sessions held grouped 41 cities.",
        "10 further sessions are planned. The sessions planned group 23 cities.",
        "429 participants came to the sessions. 325 different shops took part.",
        "Of 429 participants, 93.2% answered the survey after their session.",
        "Of 400 answers, 89% call the session useful or very useful; the average puts the relevance",
        "; 60% say that the free tools shown will be used; 50% intend to follow at least one training;",
        "Cities that refused 1 Cities that did not answer 1",
        "Participants per session, mean 17.16 25",
    )
    assert [each for each in said if each not in words] == []


def test_balance_of_2016_as_workbook_has_what_was_published(balance):
    book = load_workbook(BytesIO(spreadsheets.xlsx(balance)), read_only=True)
    figures, answers = (
        {name: numbers for name, *numbers in book[sheet].iter_rows(min_row=2, values_only=True)}
        for sheet in ("Key figures", "What participants said")
    )
    published = {
        "Cities invited": 66,
        "Cities that showed interest": 64,
        "Cities that refused": 1,
        "Cities that did not answer": 1,
        "Cities with a session held": 41,
        "Cities with a session planned": 23,
        "Sessions held": 25,
        "Sessions planned": 10,
        "Participants": 429,
        "Shops that took part": 325,
        "Participants per session, mean": 17.16,
    }
    assert {name: figures[name][1] for name in published} == published
    assert answers["Response rate of the surveys"] == [pytest.approx(400 / 429), 429]
    assert answers["Found the session useful"] == [0.89, 400]
    assert answers["Will use the free tools"] == [0.6, 400]
    assert answers["Intend to follow a training"] == [0.5, 400]
    assert book["What comes next"].max_row == 1 + 10


def test_begun_twice_it_is_found_made(told, settings):
    settings.DEMO = True
    job = loading.begin(seed=2)
    assert (job.state, job.args["seed"]) == ("done", 1)
    assert leasing.take(Job, job.pk) is None
    assert digest() == KNOWN["digest"]


def test_portal_learnt_of_everything_when_it_happened_but_for_one_late_list(told):
    """The list of the door of the last session before that day came by post."""
    year = Campaign.objects.get(code="campaign-2016")
    last = told.filter(AS_OF, campaign=year).last()
    came = Attendance.objects.filter(is_present=True, registration__session=last).count()
    wanted = Filters(programme=year.programme_id, campaign=year.pk, as_of=THEN)
    known = replace(wanted, known_at=THEN)
    assert registry.definition_of("participants").compute(known).value == 429 - came
    known = replace(wanted, known_at=THEN + story.LISTED_AFTER)
    figures = [definition for definition in registry.definitions() if "campaign" in definition.accepts]
    assert [each.code for each in figures if each.compute(known) != each.compute(wanted)] == []
