"""The runner; see run.sh."""
import argparse, asyncio, importlib, os, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import assets
from kit import netsim
from kit.suite import Suite, fresh

# In this order; the number bounds each in seconds. Chosen: about three times what it takes on two quiet cores.
SCENARIOS = [("accounts", 60), ("pairs", 150), ("layers", 60), ("four", 75), ("moderation", 60), ("comeback", 90), ("devices", 75), ("refusals", 75), ("join_time", 75),
             ("impaired", 120), ("whip", 75), ("looks", 75)]


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("parley", help="the server's binary")
    parser.add_argument("--only", action="append", choices=[name for name, _ in SCENARIOS], help="only this scenario (may be repeated)")
    arguments = parser.parse_args()
    if not os.access(arguments.parley, os.X_OK):
        sys.exit(f"{arguments.parley} is not an executable: build it first (make build)")
    suite = Suite(os.path.abspath(arguments.parley), fresh(os.path.join(HERE, "..", "..", "artifacts", "browser")))
    began = time.monotonic()
    suite.scenario = "assets"
    suite.check("every file of the web client is embedded", assets.check(write=False))
    try:
        for name, seconds in SCENARIOS:
            if not arguments.only or name in arguments.only:
                # In CI nothing is left out: what cannot run there fails.
                if name == "impaired" and not os.environ.get("CI") and (obstacle := netsim.obstacle()):
                    suite.leave_out(name, f"the call over a bad line, since no network namespaces can be made here ({obstacle}): it takes root or user namespaces")
                    continue
                await suite.run(name, importlib.import_module(f"scenarios.{name}").run, seconds)
    finally:
        await suite.close()
    for line in suite.figures:
        print("figure", line)
    print(f"browser tests took {time.monotonic() - began:.0f} s")
    print(f"{suite.passed} passed, {suite.failed} failed" + (f", {len(suite.left_out)} skipped" if suite.left_out else ""))
    # scripts/stage repeats these at the end of `make test`.
    with open(os.path.join(HERE, "..", "..", ".build", "left-out"), "a") as notes:
        notes.writelines(f"browser tests: {line}\n" for line in suite.left_out)
    return suite.failed > 0


sys.exit(asyncio.run(main()))
