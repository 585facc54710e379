# An invite is said again when the call is answered and a second device is taking it over. The answer
# named the newest link together with the device of the one before.
story seed=70297 delay=308 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 4 crash_between_sends 2376 0
after 0 1 dial 0 0
after 11713 2 drain 3330 0
after 12916 2 dial 0 0
after 1000 2 drain 2818 0
after 4255 4 dial 0 0
after 345 2 offline 10159 0
after 11583 3 join 0 0
