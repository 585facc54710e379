# More devices than an account has room for come while the server stops: it has said goodbye to those that were there,
# but still counts them as connected.
story seed=1472759 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 slow_store 586 0
after 0 2 dial 0 0
after 1000 2 drain 0 0
after 0 2 crowd 20 0
after 1000 2 answer 0 0
