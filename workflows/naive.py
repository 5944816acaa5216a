"""The same campaign as it is written at first: timers in one long run, a signal for each open and click, a
step recorded by an activity of its own and by a search attribute. What `nurture bench` counts beside ours.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey

QUEUE = "naive"
STEP = SearchAttributeKey.for_keyword("NurtureCampaign")
AT_MOST = timedelta(minutes=1)


@workflow.defn(name="Naive")
class Naive:
    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []

    @workflow.run
    async def run(self, campaign: dict[str, Any], wait_seconds: float) -> None:
        messages: list[str] = campaign["messages"]
        for message in messages:
            await workflow.execute_activity("naive_send", message, start_to_close_timeout=AT_MOST)
            await workflow.execute_activity("naive_record", message, start_to_close_timeout=AT_MOST)
            workflow.upsert_search_attributes([STEP.value_set(message)])
            if message != messages[-1]:
                await workflow.sleep(timedelta(seconds=wait_seconds))
                await workflow.execute_activity("naive_check", message, start_to_close_timeout=AT_MOST)
                await workflow.execute_activity("naive_record", message, start_to_close_timeout=AT_MOST)

    @workflow.signal
    def happened(self, event: dict[str, str]) -> None:
        self.events.append(event)
