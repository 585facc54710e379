# Two people call each other at the same moment. One of them hangs up at once and calls again, when the other has let
# only known people call: whom one has dialed is known, also where the invite became part of another call.
story seed=100355 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 3 dial 0 0
after 12154 1 dial 0 0
after 0 3 sign_out 0 0
after 0 2 offline 0 0
after 0 2 dial 0 0
after 0 1 only_known 0 1
