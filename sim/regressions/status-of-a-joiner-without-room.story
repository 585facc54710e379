# Another device takes a call over while the other side's session has no room: what it says of itself is refused. The
# device before holds the call at that moment, and is believed for ever unless it is said again.
story seed=1141009 delay=67 jitter=6 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=1000 clock=0 direct=1 permissions=0
device ann microphone=1 camera=1 media=21457 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=0 permissions=0
device cid microphone=1 camera=1 media=415 clock=0 direct=1 permissions=0
device dot microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device dot microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 1000 4 dial 0 0
after 2500 1 answer 0 0
after 5100 1 block 0 0
after 0 4 flood 300 0
after 7176 5 dial 2 0
after 173 5 join 0 0
after 47 2 join 0 0
after 0 3 dial 0 0
after 141 4 dial 5 0
after 0 6 dial 0 0
