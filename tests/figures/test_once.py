from figures.once import once, reading_once


def reader():
    found = []

    @once
    def read(what, times=1):
        found.append(what)
        return [what] * times

    return read, found


def test_what_was_read_is_kept_for_one_answer_and_for_what_was_asked():
    read, found = reader()
    with reading_once():
        assert [read("a"), read("a"), read("b"), read("a", times=2)] == [["a"], ["a"], ["b"], ["a", "a"]]
    assert found == ["a", "b", "a"]


def test_next_answer_reads_anew():
    read, found = reader()
    for _answer in range(2):
        with reading_once():
            read("a")
    assert found == ["a", "a"]


def test_after_an_answer_nothing_is_kept():
    read, found = reader()
    with reading_once():
        read("a")
    read("a")
    assert found == ["a", "a"]


def test_outside_of_an_answer_nothing_is_kept():
    read, found = reader()
    read("a")
    read("a")
    assert found == ["a", "a"]


def test_two_functions_keep_apart_what_they_read():
    first, second = once(lambda what: f"first {what}"), once(lambda what: f"second {what}")
    with reading_once():
        assert [first("a"), second("a"), first("a")] == ["first a", "second a", "first a"]
