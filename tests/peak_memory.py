"""How much memory this program has taken at most."""

import sys
from pathlib import Path


def peak_mebibytes() -> int:
    """Return the peak of resident memory, in MiB. Unix only."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux includes the program that started this one
        (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) >> 10
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used >> (20 if sys.platform == "darwin" else 10)
