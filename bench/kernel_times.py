"""Seconds from starting the kernel to its first result, and for a cell that imports spanlab; medians of five kernels."""
import statistics
import time

from jupyter_client.manager import start_new_kernel

first, imports = [], []
for _ in range(5):
    started = time.monotonic()
    manager, client = start_new_kernel(kernel_name="spanlab")
    client.execute_interactive("1 + 1", timeout=60, output_hook=lambda message: None)
    first.append(time.monotonic() - started)
    started = time.monotonic()
    client.execute_interactive("import { toySubspaces } from 'spanlab'; toySubspaces()", timeout=60, output_hook=lambda message: None)
    imports.append(time.monotonic() - started)
    client.stop_channels()
    manager.shutdown_kernel()
print(f"| kernel start to first result | {statistics.median(first) * 1000:.0f} ms |")
print(f"| cell that imports spanlab | {statistics.median(imports) * 1000:.0f} ms |")
