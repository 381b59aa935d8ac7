"""Runs 2000 cells in the kernel and prints its memory, both processes together, after 200 and after all, in MB."""
import time

from jupyter_client.manager import start_new_kernel


def resident(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 1e6


manager, client = start_new_kernel(kernel_name="spanlab", cwd=".")
front = manager.provisioner.process.pid
measured = []
for cell in range(1, 2001):
    reply = client.execute_interactive(
        f"const value{cell} = {cell} * 2; console.log(value{cell});", output_hook=lambda message: None, timeout=60
    )
    assert reply["content"]["status"] == "ok", reply
    if cell in (200, 2000):
        time.sleep(1)
        with open(f"/proc/{front}/task/{front}/children") as children:
            measured.append(sum(map(resident, [front, *map(int, children.read().split())])))
manager.shutdown_kernel()
print(*(round(value) for value in measured))
