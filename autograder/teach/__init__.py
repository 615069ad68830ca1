"""The instructor's wing: course folders, and grading with nbgrader behind a wall."""
