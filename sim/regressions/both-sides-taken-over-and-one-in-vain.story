# Each side's other device takes the call over at the same moment, and each side dials somebody else: one of the two
# is turned away, and the other one must be paired with the device that stays.
story seed=1262430 delay=100 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 dial 0 0
after 1000 4 answer 0 0
after 1000 2 join 0 0
after 0 3 join 0 0
after 88 4 dial 7 0
after 127 1 dial 7 0
