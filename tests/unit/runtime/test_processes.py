import os
import subprocess
import sys
from socket import gethostname

from shared.runtime.processes import is_gone, process_name


def test_a_process_is_called_by_its_given_name_else_by_host_and_number() -> None:
    assert process_name("router-a") == "router-a"
    assert process_name(None) == f"{gethostname()}-{os.getpid()}"


def test_only_who_ran_here_and_runs_no_more_is_gone() -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    number = ended.stdout.decode().strip()
    assert is_gone(f"{gethostname()}-{number}-abc")
    assert not is_gone(f"{gethostname()}-{os.getpid()}-abc")
    assert not is_gone(f"elsewhere-{number}-abc")
    assert not is_gone("router-a-abc")
