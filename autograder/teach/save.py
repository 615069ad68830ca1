"""nbgrader's SaveAutoGrades, with one transaction for each notebook instead of one for each cell."""

from __future__ import annotations

from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades


class SaveAtOnce(SaveAutoGrades):  # type: ignore[misc]
    """All marks of a submission reach the gradebook together, or none does."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        ids = resources["nbgrader"]
        self.notebook_id, self.assignment_id = ids["notebook"], ids["assignment"]
        self.student_id, self.db_url = ids["student"], ids["db_url"]
        self.gradebook = Gradebook(self.db_url)
        with self.gradebook:
            commit = self.gradebook.db.commit
            self.gradebook.db.commit = self.gradebook.db.flush  # nbgrader commits after each cell
            for number, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, number)
            commit()
        return nb, resources
