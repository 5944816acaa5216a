"""Five mails with a wait between each two, written for this one campaign: what `nurture bench` compares with.

It stands here, beside the journey, because the sandbox loads a workflow's file with the packages above it for
every run: a deeper place would cost it what it does not owe.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ContinueAsNewVersioningBehavior

QUEUE = "by-hand"
SEND_QUEUE = "by-hand.send"
MAILS = 5
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


@workflow.defn(name="ByHand")
class ByHand:
    @workflow.run
    async def run(self, enrolment: str, mail: int, wait_seconds: float, hibernates: bool) -> None:
        while True:
            goes_on = await workflow.execute_activity(
                "send_campaign_mail",
                args=[enrolment, mail],
                result_type=bool,
                task_queue=SEND_QUEUE,
                start_to_close_timeout=timedelta(minutes=15),
                heartbeat_timeout=timedelta(seconds=30),
                retry_policy=RETRIES,
            )
            mail += 1
            if not goes_on or mail == MAILS:
                return
            wait = timedelta(seconds=wait_seconds)
            if hibernates:
                workflow.continue_as_new(
                    args=[enrolment, mail, wait_seconds, hibernates],
                    backoff_start_interval=wait,
                    initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
                )
            await workflow.sleep(wait)
