"""Runs the cs of this clone from Python's cached bytecode, as an installed one does; cs.py itself would be compiled."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import cs

cs.run_and_leave(sys.argv[1:], "cs")
