"""datasketch's MinHash, without the half second that its package takes to import.

The package imports ``scipy.integrate`` at once, for the choice of bands that its `MinHashLSH`
can make by itself.  Nothing here asks for that, and every process of a job would wait for it:
so it is imported when it is first used.
"""

import sys
from types import ModuleType
from typing import Any

_INTEGRATE = "scipy.integrate"


def _quad(*args: Any, **kwargs: Any) -> Any:
    from scipy.integrate import quad

    return quad(*args, **kwargs)


def _minhash() -> Any:
    if _INTEGRATE in sys.modules:
        from datasketch import MinHash

        return MinHash
    later = ModuleType(_INTEGRATE)
    later.quad = _quad  # type: ignore[attr-defined]
    sys.modules[_INTEGRATE] = later
    try:
        from datasketch import MinHash
    finally:
        del sys.modules[_INTEGRATE]
    return MinHash


MinHash = _minhash()
