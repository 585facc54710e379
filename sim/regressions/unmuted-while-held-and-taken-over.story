# A microphone is switched on while the other side holds the call, and another device of theirs takes it over: that
# one hears it, so that nothing is proven silent any more.
story seed=123066 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 2 dial 0 0
after 1000 1 answer 0 0
after 0 1 microphone 0 0
after 15346 2 dial 5 0
after 1000 4 answer 0 0
after 0 1 microphone 0 1
after 0 4 hang_up 0 0
after 0 3 join 0 0
