"""A long-lived judge: reads tasks from its input, one a line, and writes one answer a line.

Started by pool.py as `python -m autograder.teach.farm.judge_process COURSE`. Each submission that it judges gets a
fresh child behind the wall. When the grader dies, however it dies, the input ends, and so does this process.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.teach.farm.job import Job, Refused, judge_job
from autograder.teach.farm.reading import read
from autograder.teach.folder import CourseFolder, exercise_of
from autograder.teach.grading import Terms
from autograder.teach.sheet import SheetCell
from autograder.teach.wall_again import WallGone
from microgpt_ref.errors import UserError

Task = dict[str, Any]


def answer(task: Task, course: Course) -> dict[str, Any]:
    """Do one task: read a submission, or judge a job."""
    try:
        if task["do"] == "read":
            exercise = exercise_of(course, task["assignment"])
            if exercise is None:
                raise Refused(f"there are no checks for {task['assignment']}")
            sheet = tuple(SheetCell(**cell) for cell in task["sheet"])
            terms = Terms(task["seed"], task["no_sandbox"], task["seconds"])
            return read(Path(task["path"]), sheet, exercise, course, terms)
        return {"report": judge_job(Job.from_json(task["job"]), course, task["no_sandbox"]).to_json()}
    except UserError as refused:
        return {"refused": str(refused)}
    except WallGone as error:
        return {"fault": str(error), "wall": True}
    except (OSError, MemoryError) as error:
        return {"fault": f"{type(error).__name__}: {error}"}


def main() -> None:
    course = CourseFolder(Path(sys.argv[1])).course
    tasks: queue.Queue[bytes] = queue.Queue()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing but answers goes to the grader
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    while True:
        print(json.dumps(answer(json.loads(tasks.get()), course)), file=answers, flush=True)


def _listen(tasks: queue.Queue[bytes]) -> None:
    while line := sys.stdin.buffer.readline():
        tasks.put(line)
    os._exit(0)  # at once: the child dies with us


if __name__ == "__main__":
    main()
