# Ann's first device hears that the call was answered elsewhere, and loses its session before it hears
# where. The snapshot tells: it must still be able to take the call over.
story seed=3021 delay=303 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device cid microphone=1 camera=1 media=5 clock=666321
device dot microphone=1 camera=1 media=5 clock=0
after 489 4 dial 0 0
after 142 5 late 2 0
after 511 1 late 24 0
after 1816 3 dial 4 0
after 252 2 answer 0 0
after 103 4 half_open 0 1
after 0 5 dial 0 0
after 286 1 dial 0 0
