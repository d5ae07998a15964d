def test_completing_freezes_the_result(completed):
    assert completed.result["score"] == completed.score
    assert len(completed.result["topics"]) == 5
