# Ben talks to Ann, and his second device dials her too: it is refused, and the call goes on.
story seed=1 delay=20 jitter=0 commit=2 operation=15 watch=10000
device ann
device ben
device ben
after 0 1 dial 0 0
after 1000 2 answer 0 0
after 25000 3 dial 0 0
