# A blocked call has just begun to ring when the server goes down, and the clock is set by a day meanwhile: the time of
# the call is up at the restart, before any device could have said that it rings. So it is for a caller who is not
# blocked.
story seed=121326 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 2 regard 0 0
after 0 1 crash_between_sends 3517 0
after 0 1 dial 0 0
after 1000 1 step_clock 80500654 0
