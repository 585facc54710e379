# Ben's only device is away for longer than a socket that is dead is waited for, after it has begun to
# ring. The call rings on, and he answers when he is back.
story seed=1 delay=20 jitter=0 commit=2 operation=15 watch=10000
device ann
device ben
after 0 1 dial 0 0
after 1000 2 offline 20000 0
after 21000 2 answer 0 0
