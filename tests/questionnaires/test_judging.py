from pathlib import Path

import pytest
from django.conf import settings

from questionnaires.checking import read_folder
from questionnaires.files import BadContent
from questionnaires.judging import answers_of, judge, judge_folder, read_profiles
from tests.questionnaires.files import write

PROFILES = """\
middling: half
at_least_different: 2
at_most: 1
profiles:
  - {code: zero, name: {fr: Rien}}
  - code: half
    name: {fr: Moitié}
    level: "1/2"
    levels: {second: 1}
    answers: {kind: some}
"""


def judged(folder, profiles=PROFILES, **spoilt):
    write(folder, **spoilt)
    (folder / "profiles.yaml").write_text(profiles, encoding="utf-8")
    return judge_folder(folder, read_folder(folder, "fr"))


def test_answers_follow_from_the_levels(tmp_path):
    judged(tmp_path)
    definition = read_folder(tmp_path).definition
    zero, half = read_profiles(tmp_path / "profiles.yaml", definition).profiles

    assert answers_of(zero, definition) == {"kind": "nothing", "more": ["none"], "often": "1"}
    assert answers_of(half, definition) == {"kind": "some", "more": ["here"], "often": "3"}


def test_too_little_difference_fails(tmp_path):
    assert judged(tmp_path).failures[0] == (
        "only 1 different lists of topics for the profile “half”, not 2; let the weights of the sub-sectors differ more"
    )


def test_topic_too_often_fails(tmp_path):
    failures = judged(tmp_path, PROFILES.replace("at_most: 1", 'at_most: "3/5"')).failures

    assert failures[1] == (
        "the topic `begin` appears in 6 of 6 cases, more than 3/5; let it raise less or reach its goal sooner"
    )


def test_topic_that_appears_nowhere_fails(tmp_path):
    half_only = PROFILES.replace("  - {code: zero, name: {fr: Rien}}\n", "")

    assert judged(tmp_path, half_only).failures[1] == (
        "the topic `go-on` appears nowhere; ease what comes before it or let it raise more"
    )


def test_fewer_than_five_while_five_are_of_use_fails(tmp_path):
    waiting = "".join(
        f"  - {{code: t{index}, title: {{fr: T}}, raises: {{kind: 1}}, after: [{{question: kind}}, {{topic: begin}}]}}\n"
        for index in range(5)
    ).replace("raises: {kind: 1}", "raises: {kind: 1, often: 1}")

    failures = judged(tmp_path, topics=(write(tmp_path) / "topics.yaml").read_text() + waiting).failures

    assert (
        "the profile “zero” in “baker” gets 1 topics while 7 would be of use; ease what comes before them" in failures
    )


def test_no_profiles_no_judgement(tmp_path):
    assert judge_folder(tmp_path, read_folder(write(tmp_path))) is None


def test_mistakes_in_profiles(tmp_path):
    spoilt = (
        PROFILES.replace("middling: half", "middling: mid")
        .replace("second: 1", "third: 1")
        .replace("kind: some", "kind: sum, x: 1")
        .replace("code: half", "code: zero")
    )

    with pytest.raises(BadContent) as raised:
        judged(tmp_path, spoilt)

    assert str(raised.value).split("\n") == [
        "profiles.yaml:1: there is no profile `mid`; correct the code",
        "profiles.yaml:6: the code `zero` stands twice among the profiles, first at profiles.yaml:5; rename one",
        "profiles.yaml:9: there is no dimension `third`; correct the code",
        "profiles.yaml:10: Question “kind” has no choice “sum”; it has nothing, some, all; correct it",
        "profiles.yaml:10: there is no question `x`; correct it",
    ]


@pytest.fixture(scope="module")
def real():
    folder = Path(settings.CONTENT_DIR) / "commerce-connecte"
    return folder, read_folder(folder, "fr", ("fr", "en"))


def test_advice_of_commerce_connecte_passes(real):
    folder, content = real

    judgement = judge_folder(folder, content)

    assert (judgement.failures, len(judgement.cases)) == ((), 370)


def test_texts_of_commerce_connecte_are_complete(real):
    assert [str(warning) for warning in real[1].warnings] == []


def test_sub_sectors_without_weights_would_fail(real):
    folder, content = real
    for_all = {code: type(own)(own.code, own.family) for code, own in content.definition.sub_sectors.items()}
    flat = type(content)(
        content.data,
        type(content.definition)(
            content.definition.code,
            content.definition.dimensions,
            content.definition.bands,
            content.definition.topics,
            for_all,
        ),
        (),
    )

    failures = judge(flat, read_profiles(folder / "profiles.yaml", content.definition)).failures

    assert failures[0].startswith("only 2 different lists of topics for the profile “middling”, not 25")
