# Ann holds her call with Ben and dials him once more when the server crashes. The two calls are not
# invites that crossed.
story seed=130 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 2 dial 0 0
after 1000 1 answer 0 0
after 1000 1 dial 0 0
after 0 1 crash 0 0
