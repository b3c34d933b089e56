"""The letter box alone, without threads."""

from __future__ import annotations

import numpy as np

from ganpaint.jobs.mailbox import Ended, Mailbox, Reported, Ticket
from ganpaint.progress import Progress, Step

PICTURE = np.zeros((2, 2, 3), np.uint8)


def test_jobs_come_in_order_and_background_ones_apart() -> None:
    box = Mailbox()
    for number in (1, 2, 3):
        box.post(Ticket(number, "job", None, background=number == 2))
    assert [box.take().id, box.take().id, box.take()] == [1, 3, None]
    assert box.take(background=True).id == 2


def test_the_newest_live_request_of_a_key_wins() -> None:
    box = Mailbox()
    for value in range(5):
        box.post_live("slider", value)
    assert box.take_live() == ("slider", 4)
    assert box.take_live() is None


def test_the_next_live_request_waits_for_the_picture_to_be_shown() -> None:
    box = Mailbox()
    box.post_live("slider", 1)
    box.take_live()
    box.post_live("slider", 2)
    box.post_live("other", 3)
    assert box.take_live() == ("other", 3)
    assert box.take_live() is None
    box.shown("slider")
    assert box.take_live() == ("slider", 2)


def test_only_the_newest_picture_travels_but_all_figures_do() -> None:
    box = Mailbox()
    announced = [
        box.put(Reported(7, Step(step=n, preview=PICTURE, losses={"l2": 1.0 / n})))
        for n in (1, 2, 3)
    ]
    assert announced == [True, False, False]
    mails = box.collect()
    assert [mail.progress.step for mail in mails] == [1, 2, 3]
    assert [mail.progress.preview is None for mail in mails] == [True, True, False]
    assert box.put(Reported(7, Progress(1, 2))), "after a collection mail is announced again"


def test_pictures_of_two_jobs_do_not_displace_each_other() -> None:
    box = Mailbox()
    for job in (1, 2):
        box.put(Reported(job, Step(step=1, preview=PICTURE)))
    assert all(mail.progress.preview is PICTURE for mail in box.collect())


def test_a_job_can_be_withdrawn_only_before_it_begins() -> None:
    box = Mailbox()
    box.post(Ticket(1, "job", None))
    box.post(Ticket(2, "job", None))
    assert box.withdraw(2)
    box.take()
    assert not box.withdraw(1)


def test_closing_forgets_what_waits_but_not_what_happened() -> None:
    box = Mailbox()
    box.post(Ticket(1, "job", None))
    box.post_live("key", 1)
    box.put(Ended(9))
    box.close()
    assert box.take() is None
    assert box.take_live() is None
    assert len(box.collect()) == 1
