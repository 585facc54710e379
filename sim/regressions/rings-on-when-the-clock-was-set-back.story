# The server goes down while a call rings, and its clock is set back by a day: nobody knows then for how long it has
# rung, and it has the whole limit once more.
story seed=1096568 delay=20 jitter=50 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 2 dial 0 0
after 34577 2 crash 1759 0
after 0 1 crash_page 0 0
after 0 1 step_clock 67883687 1
