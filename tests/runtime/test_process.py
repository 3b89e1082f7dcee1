"""Types are complete before threads use them; without that a decoder takes the process down."""

from __future__ import annotations

import subprocess
import sys

RACE = """
from __future__ import annotations
import sys, threading, msgspec
from tidings.runtime import process

sys.setswitchinterval(1e-5)
META = type(msgspec.Struct)
MADE = []

def make(number):
    for inner in range(6):
        name = f"I{number}_{inner}"
        fields = {"__annotations__": {"a": "int | None", "b": "str"}, "__module__": __name__}
        globals()[name] = META(name, (msgspec.Struct,), fields, array_like=True)
    fields = {"__annotations__": {f"f{n}": f"I{number}_{n}" for n in range(6)}, "__module__": __name__}
    MADE.append(META(f"S{number}", (msgspec.Struct,), fields, array_like=True))

for number in range(600):
    make(number)
if len(sys.argv) > 1:
    process.complete_types()
one, many = msgspec.json.encode([[1, "x"]] * 6), msgspec.json.encode([[[1, "x"]] * 6])
for made in MADE:
    gate = threading.Barrier(3)
    def work(kind, data):
        gate.wait()
        msgspec.json.decode(data, type=kind)
    threads = [threading.Thread(target=work, args=how) for how in ((made, one), (list[made], many), (made, one))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
print("survived")
"""


def test_threads_that_decode_at_once_survive_once_types_are_complete() -> None:
    done = subprocess.run([sys.executable, "-c", RACE, "complete"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "survived"), done.stderr
