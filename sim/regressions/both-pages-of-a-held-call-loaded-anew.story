# Both sides hold a call, and load their pages anew at the same moment: each learns again that the other one holds,
# whichever of them joins first.
story seed=1355597 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=0 permissions=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 4 dial 0 0
after 0 2 dial 1 0
after 0 3 dial 5 0
after 1000 2 answer 0 0
after 0 3 dial 0 0
after 0 3 reload 0 0
after 0 2 reload 0 0
