# Ann's page is loaded anew while she holds a call with Cid, and dials Cid before it has heard of that
# call. The two calls are not invites that crossed.
story seed=5149 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device cid microphone=1 camera=1 media=5 clock=0
after 0 3 dial 0 0
after 1000 1 answer 0 0
after 1000 1 dial 0 0
after 1000 2 answer 0 0
after 1000 1 reload 0 0
after 0 1 dial 1 0
