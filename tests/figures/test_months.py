from datetime import date, timedelta

from figures.months import first_day, quarter_number

NEW_YEAR = date(2016, 1, 1)
DAYS = [NEW_YEAR + timedelta(days=number) for number in range(366)]


def test_each_day_lies_in_its_month_and_in_one_of_four_quarters():
    assert {first_day(day, "month") for day in DAYS} == {date(2016, month, 1) for month in range(1, 13)}
    assert {(first_day(day, "quarter"), quarter_number(day)) for day in DAYS} == {
        (date(2016, 1, 1), 1),
        (date(2016, 4, 1), 2),
        (date(2016, 7, 1), 3),
        (date(2016, 10, 1), 4),
    }
    assert all(first_day(day, "month") <= day >= first_day(day, "quarter") for day in DAYS)
