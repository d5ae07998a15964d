import pytest

from questionnaires.checking import Files, read_folder
from questionnaires.files import BadContent
from tests.questionnaires.files import GOOD, QUESTIONNAIRE, TOPICS, spoil, write

Q, T, S = "questionnaire", "topics", "sectors"
REACHES_ITS_GOAL = [
    "topics.yaml:7: nobody can reach the topic `go-on`: its prerequisites already reach its goal; lower them or raise the goal"
]
MISTAKES = [
    # The form
    (
        Q,
        "code: small\n",
        "code: Small one\n",
        [
            "questionnaire.yaml:1: `Small one` does not have the form ^[a-z][a-z0-9-]*$; codes are lower-case letters, digits and hyphens"
        ],
    ),
    (Q, 'weight: "3/2"', "weight: 0", ["questionnaire.yaml:36: `weight`: must be more than 0, not 0"]),
    (Q, 'weight: "3/2"', "weight: -1", ["questionnaire.yaml:36: `weight`: must be more than 0, not -1"]),
    (
        Q,
        'weight: "3/2"',
        "weight: much",
        ["questionnaire.yaml:36: `weight`: “much” is not a number; write 2, 0.5 or “3/2”"],
    ),
    (
        Q,
        'weight: "3/2"',
        "weight: 1e400000000",
        ["questionnaire.yaml:36: `weight`: “1e400000000” is not a number; write 2, 0.5 or “3/2”"],
    ),
    (
        Q,
        'weight: "3/2"',
        "weigth: 2",
        ["questionnaire.yaml:36: `weigth` is not a key of the format; correct its spelling or take it out"],
    ),
    (Q, "code: some, points: 1,", "code: some,", ["questionnaire.yaml:15: `points` is missing; add it"]),
    (
        Q,
        "{fr: Souvent, en: Often}",
        "{en: Often}",
        ["questionnaire.yaml:37: `text`: the text in “fr” is missing; write it"],
    ),
    (
        Q,
        "{fr: Souvent, en: Often}",
        "{fr: Souvent, es: A menudo}",
        ["questionnaire.yaml:37: `text`: “es” is not a language of the portal; use fr, nl, de or en"],
    ),
    (
        Q,
        "{fr: Souvent, en: Often}",
        "{fr: 12}",
        ["questionnaire.yaml:37: `fr` must be text; put it in quotes if it looks like a number"],
    ),
    (
        Q,
        "kind: scale",
        "kind: slider",
        ["questionnaire.yaml:35: `slider` is not possible for `kind`; choose 'single', 'several' or 'scale'"],
    ),
    (
        Q,
        "kind: scale",
        "kind: scale\n        kind: scale",
        ["questionnaire.yaml:36: `kind` stands twice here; keep one of them"],
    ),
    (
        Q,
        "title: {fr: Petit, en: Small}",
        "title: {fr: Petit, en: Small",
        ["questionnaire.yaml:3: not valid YAML: expected ',' or '}', but got ':'; look at this line and the one above"],
    ),
    (
        Q,
        "title: {fr: Petit, en: Small}",
        "title: &a {fr: Petit, en: *a}",
        ["questionnaire.yaml:1: not usable: a part of the file contains itself; write it out"],
    ),
    (
        Q,
        "title: {fr: Petit, en: Small}",
        "title: {fr: Pe\x07tit}",
        ["questionnaire.yaml:2: not valid YAML: a control character that can't be seen; take it out"],
    ),
    (
        Q,
        "any: [some, all]",
        "any: [null, all]",
        ["questionnaire.yaml:23: `any` must be text; put it in quotes if it looks like a number"],
    ),
    (
        S,
        'nace: ["47.76"]',
        "nace: [flowers]",
        ["sectors.yaml:12: `nace`: “flowers” is not a NACE code; write four digits, as in “47.76”"],
    ),
    # Codes that stand twice
    (
        Q,
        "code: high, from: 50",
        "code: low, from: 50",
        [
            "questionnaire.yaml:5: the code `low` stands twice among the bands, first at questionnaire.yaml:4; rename one"
        ],
    ),
    (
        Q,
        "code: second",
        "code: first",
        [
            "questionnaire.yaml:31: the code `first` stands twice among the dimensions, first at questionnaire.yaml:7; rename one"
        ],
    ),
    (
        Q,
        "code: often",
        "code: kind",
        [
            "questionnaire.yaml:23: `kind` has no choice `all`; it has 1, 2, 3",
            "questionnaire.yaml:23: `kind` has no choice `some`; it has 1, 2, 3",
            "questionnaire.yaml:34: the code `kind` stands twice among the questions, first at questionnaire.yaml:10; rename one",
            "topics.yaml:9: there is no question `often`; correct the code",
            "topics.yaml:14: there is no question `often`; correct the code",
        ],
    ),
    (
        Q,
        "code: there",
        "code: here",
        [
            "questionnaire.yaml:26: the code `here` stands twice among the choices of `more`, first at questionnaire.yaml:25; rename one"
        ],
    ),
    (
        T,
        "code: go-on",
        "code: begin",
        [
            "sectors.yaml:11: there is no topic `go-on`; correct the code",
            "topics.yaml:7: the code `begin` stands twice among the topics, first at topics.yaml:2; rename one",
            "topics.yaml:10: prerequisites run in a circle: begin → begin; take one of them out",
        ],
    ),
    (
        S,
        "code: florist",
        "code: food",
        [
            "questionnaire.yaml:40: `florist` is not a sub-sector or family of sectors.yaml; correct the code or add it there",
            "sectors.yaml:12: the code `food` stands twice among the families and sub-sectors, first at sectors.yaml:3; rename one",
        ],
    ),
    # What does not fit the kind
    (
        Q,
        "code: all, points",
        "code: dont-know, points",
        [
            "questionnaire.yaml:16: `dont-know` is reserved: the portal offers it itself; take the choice out",
            "questionnaire.yaml:23: `kind` has no choice `all`; it has nothing, some, dont-know",
            "questionnaire.yaml:23: a better answer would close this question: every choice worth as much must be listed; add dont-know",
        ],
    ),
    (
        Q,
        "kind: single",
        "kind: single\n        max: 2",
        ["questionnaire.yaml:12: `max` belongs to questions of kind several, not single; take it out"],
    ),
    (
        Q,
        "kind: single",
        "kind: single\n        low: {fr: Bas}",
        ["questionnaire.yaml:12: `low` belongs to questions of kind scale, not single; take it out"],
    ),
    (
        Q,
        "kind: single",
        "kind: single\n        explanations: [{from: 0, text: {fr: Rien}}]",
        [
            "questionnaire.yaml:12: `explanations` belongs to questions of kind scale or several, not single; take it out"
        ],
    ),
    (
        Q,
        "points: 2, text: {fr: Tout",
        "points: 2, none: true, text: {fr: Tout",
        [
            "questionnaire.yaml:16: `none` belongs to questions of kind several; take it out",
            "questionnaire.yaml:16: “none of these” is worth 0 points, not 2; write points: 0",
        ],
    ),
    (
        Q,
        "points: 0, none: true",
        "points: 1, none: true",
        [
            "questionnaire.yaml:27: “none of these” is worth 0 points, not 1; write points: 0",
            "questionnaire.yaml:41: a better answer would close this question: every choice worth points must be listed; add none",
        ],
    ),
    (
        Q,
        "scale: {min: 1, max: 3, points: [0, 1, 2]}",
        "choices: []",
        [
            "questionnaire.yaml:34: `scale` is missing; write scale: {min: 0, max: 5}",
            "questionnaire.yaml:38: `choices` belongs to questions of kind several or single, not scale; take it out",
        ],
    ),
    (
        Q,
        "max: 2\n",
        "max: 4\n",
        ["questionnaire.yaml:19: `max` is 4, but all positive points together are 3; lower it"],
    ),
    (
        Q,
        "min: 1, max: 3,",
        "min: 3, max: 3,",
        ["questionnaire.yaml:38: `max` must be more than `min` (3), not 3; correct one of them"],
    ),
    (
        Q,
        "min: 1, max: 3,",
        "min: 1, max: 4,",
        ["questionnaire.yaml:38: `points` needs one for each of the 4 values, not 3"],
    ),
    (
        Q,
        "min: 1, max: 3, points: [0, 1, 2]",
        "min: 1, max: 300000000",
        ["questionnaire.yaml:38: the scale is longer than 100 steps; shorten it"],
    ),
    (
        Q,
        "points: [0, 1, 2]",
        "points: [0, 0, 0]",
        ["questionnaire.yaml:38: the highest points are 0; give at least one answer more than 0"],
    ),
    (Q, "from: 50", "from: 0", ["questionnaire.yaml:5: the bands must ascend: 0 follows 0; put them in order"]),
    (
        Q,
        "from: 0, title",
        "from: 5, title",
        ["questionnaire.yaml:4: the first of the bands must be from 0, not 5; lower it or add one before it"],
    ),
    (
        Q,
        'from: "1/2", text',
        "from: 0, text",
        ["questionnaire.yaml:30: the explanations must ascend: 0 follows 0; put them in order"],
    ),
    # What depends on an earlier answer
    (
        Q,
        "question: kind\n",
        "question: often\n",
        ["questionnaire.yaml:22: `often` comes later; only an earlier question can open this one"],
    ),
    (
        Q,
        "question: kind\n",
        "question: more\n",
        ["questionnaire.yaml:22: a question can't depend on itself; name an earlier one"],
    ),
    (
        Q,
        "question: kind\n",
        "question: nowhere\n",
        ["questionnaire.yaml:22: there is no question `nowhere`; correct the code"],
    ),
    (
        Q,
        "any: [some, all]",
        "any: [some, every]",
        [
            "questionnaire.yaml:23: `kind` has no choice `every`; it has nothing, some, all",
            "questionnaire.yaml:23: a better answer would close this question: every choice worth as much must be listed; add all",
        ],
    ),
    (
        Q,
        "any: [some, all]",
        "any: [some]",
        [
            "questionnaire.yaml:23: a better answer would close this question: every choice worth as much must be listed; add all"
        ],
    ),
    (
        Q,
        "any: [here, there]",
        "any: [there]",
        [
            "questionnaire.yaml:41: a better answer would close this question: every choice worth points must be listed; add here"
        ],
    ),
    (
        Q,
        "not_for: [florist]",
        "not_for: [plumber]",
        [
            "questionnaire.yaml:40: `plumber` is not a sub-sector or family of sectors.yaml; correct the code or add it there"
        ],
    ),
    # Topics
    (
        T,
        "raises: {often: 1}",
        "raises: {seldom: 1}",
        ["topics.yaml:9: there is no question `seldom`; correct the code"],
    ),
    (
        T,
        "raises: {often: 1}",
        "raises: {often: 2}",
        ["topics.yaml:9: `often`: must be more than 0 and at most 1, not 2"],
    ),
    (T, "- {topic: begin}", "- {topic: start}", ["topics.yaml:11: there is no topic `start`; correct the code"]),
    (
        T,
        "- {topic: begin}",
        "- {topic: begin, question: kind}",
        [
            "topics.yaml:11: one of `question`, `dimension` or `topic` is needed here, not question and topic; correct it"
        ],
    ),
    (
        T,
        "- {topic: begin}",
        "- {at_least: 1}",
        ["topics.yaml:11: one of `question`, `dimension` or `topic` is needed here, not none of them; correct it"],
    ),
    (
        T,
        "- {topic: begin}",
        '- {topic: begin, at_least: "1/2"}',
        ["topics.yaml:11: `at_least` goes with a question or a dimension: a topic is mastered or not; take it out"],
    ),
    (
        T,
        "{question: kind, at_least: 1}",
        "{topic: go-on}",
        ["topics.yaml:6: a goal looks at a question or a dimension, not at a topic; change it"],
    ),
    (
        T,
        "{question: kind, at_least: 1}",
        "{dimension: third}",
        ["topics.yaml:6: there is no dimension `third`; correct the code"],
    ),
    (
        T,
        "    goal:\n      - {question: kind",
        "    after: [{topic: go-on}]\n    goal:\n      - {question: kind",
        ["topics.yaml:5: prerequisites run in a circle: begin → go-on → begin; take one of them out"],
    ),
    (
        T,
        "- {topic: begin}",
        "- {topic: go-on}",
        ["topics.yaml:10: prerequisites run in a circle: go-on → go-on; take one of them out"],
    ),
    (
        T,
        "- {topic: begin}",
        '- {question: often, at_least: "1/2"}',
        [
            "topics.yaml:7: nobody can reach the topic `go-on`: its prerequisites already reach its goal; lower them or raise the goal"
        ],
    ),
    (
        T,
        "- {topic: begin}",
        '- {question: often, at_least: "2/3"}',
        [
            "topics.yaml:7: nobody can reach the topic `go-on`: its prerequisites leave nothing to gain on what it raises; lower them or raise more"
        ],
    ),
    (
        T,
        "- {topic: begin}",
        "- {dimension: second}",
        [
            "topics.yaml:7: nobody can reach the topic `go-on`: its prerequisites leave nothing to gain on what it raises; lower them or raise more"
        ],
    ),
    (
        T,
        "not_for: [butcher]",
        "not_for: [food]",
        ["topics.yaml:7: nobody can reach the topic `go-on`: every sub-sector is left out; correct `not_for`"],
    ),
    (
        T,
        "not_for: [butcher]",
        "not_for: [sweep]",
        ["topics.yaml:15: `sweep` is not a sub-sector or family of sectors.yaml; correct the code or add it there"],
    ),
    # The least level of `often` from 1/3 on is 1/2
    (
        T,
        "- {topic: begin}",
        '- {question: often, at_least: "1/3"}',
        REACHES_ITS_GOAL,
    ),
    # Sub-sectors
    (
        S,
        "family: nature",
        "family: nurture",
        ["sectors.yaml:12: there is no family `nurture`; correct the code or add the family"],
    ),
    (S, "go-on: {weight: 2", "go-off: {weight: 2", ["sectors.yaml:11: there is no topic `go-off`; correct the code"]),
    (S, "go-on: {weight: 2", "go-on: {weight: 0", ["sectors.yaml:11: `weight`: must be more than 0, not 0"]),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), MISTAKES)
def test_mistake_is_told_with_its_line(tmp_path, name, old, new, expected):
    with pytest.raises(BadContent) as raised:
        read_folder(spoil(tmp_path, name, old, new), "fr", ("fr", "en"))

    assert str(raised.value).split("\n") == expected


def test_mistakes_of_form_and_sense_in_all_files_are_told_at_once(tmp_path):
    write(
        tmp_path,
        questionnaire=QUESTIONNAIRE.replace("code: second", "code: first").replace('"3/2"', "0"),
        topics=TOPICS.replace("{topic: begin}", "{topic: begun}"),
        sectors=GOOD["sectors.yaml"].replace("weight: 2", "weight: 2, hours: 3"),
    )

    with pytest.raises(BadContent) as raised:
        read_folder(tmp_path, "fr")

    assert [(problem.file, problem.line) for problem in raised.value.problems] == [
        ("questionnaire.yaml", 31),
        ("questionnaire.yaml", 36),
        ("sectors.yaml", 11),
        ("topics.yaml", 11),
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "questionnaire.yaml:1: the file is empty; docs/questionnaire-format.md says what belongs in it"),
        (b"[]", "questionnaire.yaml:1: `the file` must be a mapping (key: value), one per line"),
        (
            "code: a\ntitle: {fr: Été}".encode("latin-1"),
            "questionnaire.yaml:2: the file is not in UTF-8; save it again in that encoding",
        ),
    ],
)
def test_unusable_file(tmp_path, raw, expected):
    (tmp_path / "questionnaire.yaml").write_bytes(raw)

    with pytest.raises(BadContent) as raised:
        read_folder(tmp_path, "fr")

    assert str(raised.value) == expected


def test_absent_file(tmp_path):
    with pytest.raises(BadContent) as raised:
        read_folder(tmp_path)

    assert str(raised.value) == "questionnaire.yaml:1: the file is missing or can't be read; add it"


def test_good_folder(tmp_path):
    content = read_folder(write(tmp_path), "fr", ("fr", "en"))

    assert [topic.code for topic in content.definition.topics] == ["begin", "go-on"]
    assert [*content.definition.sub_sectors] == ["butcher", "baker", "florist"]
    assert content.data["edition"] == "NACE Rev. 2"
    assert content.warnings == ()


def test_questionnaire_alone(tmp_path):
    write(tmp_path)

    content = read_folder(Files(tmp_path / "questionnaire.yaml"))

    assert (content.data["topics"], content.data["sub_sectors"]) == ([], [])


def test_missing_translation_is_listed_and_falls_back(tmp_path):
    content = read_folder(spoil(tmp_path, "topics", "{fr: Suite, en: Go on}", "{fr: Suite}"), "fr", ("fr", "en"))

    assert [str(warning) for warning in content.warnings] == [
        "topics.yaml:8: `title` has no text in “en”; the first language is shown until it is written"
    ]
    assert content.data["topics"][1]["title"] == {"fr": "Suite", "en": "Suite"}


def test_question_that_no_topic_raises_is_listed(tmp_path):
    content = read_folder(spoil(tmp_path, "topics", '{kind: 1, more: "1/2"}', "{kind: 1}"), "fr")

    assert [str(warning) for warning in content.warnings] == [
        "questionnaire.yaml:17: no topic raises `more`; a topic could"
    ]


@pytest.mark.parametrize("mark", ["{question: kind}", '{question: more, at_least: "1/2"}', "{dimension: first}"])
def test_topic_within_reach_is_not_blamed(tmp_path, mark):
    assert read_folder(spoil(tmp_path, "topics", "{topic: begin}", mark), "fr").definition.topics
