#!/usr/bin/env python3
"""Starts MongoDB, Redis and RabbitMQ for one command: ./dev stack -- <command>

They listen on free ports of 127.0.0.1, keep what they keep in a temporary folder, and end with the
command. The command finds them in TEST_MONGO_URI, TEST_REDIS_ADDR, TEST_RABBITMQ_URL and
TEST_RABBITMQ_API (the management API). MongoDB is, in this order: MONGO_URI of the environment; mongod
on the PATH; a mongo:7 container; a stand-in (standins/MongoStandIn.java). Without a command everything
runs until Ctrl-C. Inside another stack the command just runs.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
STANDINS = ROOT / "build" / "standins"
SOURCES = ROOT / "tools" / "standins"
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # the wrapper on the PATH changes the user
NAMES = ("TEST_MONGO_URI", "TEST_REDIS_ADDR", "TEST_RABBITMQ_URL", "TEST_RABBITMQ_API")
START_SECONDS_MAX = 120
PULL_SECONDS_MAX = 300


class Failed(Exception):
    """Said to the user as it is."""


def say(text):
    print(f"stack: {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Service:
    """A server as a child, in a process group of its own: Ctrl-C in the terminal is for the command,
    and the servers are stopped after it."""

    def __init__(self, name, folder, command, env=None):
        self.name = name
        self.log = folder / f"{name}.log"
        # --pdeathsig: also when this program is killed with -9.
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *map(str, command)], cwd=folder,
                env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)

    def wait_until(self, ready):
        deadline = time.monotonic() + START_SECONDS_MAX
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
                raise Failed(f"{self.name} did not start:\n{tail}")
            time.sleep(0.05)

    def stop(self):
        """At once: nothing of what it keeps is wanted any more."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Stack:
    def __init__(self, folder):
        self.folder = folder
        self.closing = contextlib.ExitStack()

    def start(self):
        """The variables for the command."""
        rabbitmq = self.start_rabbitmq()  # the slowest: it gets ready while the others start
        variables = {"TEST_MONGO_URI": self.start_mongo(), "TEST_REDIS_ADDR": self.start_redis()}
        return variables | rabbitmq()

    def service(self, name, command, env=None):
        service = Service(name, self.folder, command, env)
        self.closing.callback(service.stop)
        return service

    # -- MongoDB ---------------------------------------------------------------------------------

    def start_mongo(self):
        if os.environ.get("MONGO_URI"):
            say("MongoDB: the one of MONGO_URI")
            return os.environ["MONGO_URI"]
        if shutil.which("mongod"):
            return self.mongod()
        return self.mongo_container() or self.mongo_stand_in()

    def mongod(self):
        port, data = free_port(), self.folder / "mongo"
        data.mkdir()
        service = self.service("mongod", ["mongod", "--dbpath", data, "--port", port, "--bind_ip",
                                          "127.0.0.1", "--nounixsocket"])
        service.wait_until(lambda: listens(port))
        say(f"MongoDB: {shutil.which('mongod')}")
        return f"mongodb://127.0.0.1:{port}"

    def mongo_container(self):
        """None where no engine runs or the image cannot be had."""
        engine = next((name for name in ("docker", "podman") if shutil.which(name)), None)

        def quietly(*arguments, seconds=20):
            try:
                return subprocess.run([engine, *arguments], capture_output=True, text=True,
                                      timeout=seconds)
            except subprocess.TimeoutExpired:
                return subprocess.CompletedProcess(arguments, 1, "", "")

        if engine is None or quietly("info").returncode != 0:
            return None
        if quietly("image", "inspect", "mongo:7").returncode != 0 \
                and quietly("pull", "mongo:7", seconds=PULL_SECONDS_MAX).returncode != 0:
            say(f"{engine} runs, but mongo:7 cannot be pulled")
            return None
        port, name = free_port(), f"cinema-test-{uuid.uuid4().hex[:12]}"
        service = self.service("mongo-container", [engine, "run", "--rm", "--name", name, "-p",
                                                   f"127.0.0.1:{port}:27017", "mongo:7"])
        self.closing.callback(quietly, "rm", "-f", name)
        # The engine's proxy accepts before the server does.
        service.wait_until(lambda: quietly("exec", name, "mongosh", "--quiet", "--eval",
                                           "db.runCommand('ping')").returncode == 0)
        say(f"MongoDB: a mongo:7 container ({engine})")
        return f"mongodb://127.0.0.1:{port}"

    def mongo_stand_in(self):
        build_stand_in()
        port = free_port()
        service = self.service("mongo-stand-in", [
            "java", "-Xmx768m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp", f"{STANDINS}/classes:{STANDINS}/jars/*", "MongoStandIn", port])
        service.wait_until(lambda: "ready" in service.log.read_text(errors="replace"))
        say("MongoDB: the stand-in (mongo-java-server, in memory): neither durability, nor replication, "
            "nor MongoDB's own plans and limits are tried")
        return f"mongodb://127.0.0.1:{port}"

    # -- Redis -----------------------------------------------------------------------------------

    def start_redis(self):
        port, data = free_port(), self.folder / "redis"
        data.mkdir()
        service = self.service("redis", ["redis-server", "--port", port, "--bind", "127.0.0.1",
                                         "--save", "", "--appendonly", "no", "--dir", data])
        service.wait_until(lambda: listens(port))
        return f"127.0.0.1:{port}"

    # -- RabbitMQ --------------------------------------------------------------------------------

    def start_rabbitmq(self):
        """Begins; the function it answers with waits until it is ready."""
        folder = self.folder / "rabbitmq"
        folder.mkdir()
        port, distribution, mapper, management = (free_port() for _ in range(4))
        # Otherwise the broker would start one that outlives it.
        epmd = self.service("epmd", ["epmd", "-port", mapper, "-address", "127.0.0.1"])
        epmd.wait_until(lambda: listens(mapper))
        (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (folder / "rabbitmq.conf").write_text(
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
            "disk_free_limit.absolute = 50MB\nlog.file = false\nlog.console = true\n"
            "log.console.level = warning\n")
        service = self.service("rabbitmq", [RABBITMQ], {
            "HOME": str(folder), "RABBITMQ_NODENAME": f"cinema{port}@localhost",
            "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(distribution), "ERL_EPMD_PORT": str(mapper),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            # Its threads sleep when there is nothing to do: the tests need the processor.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none"})
        api = f"http://127.0.0.1:{management}"

        def answers():
            # Without a name and a password: that it asks for them is answer enough.
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    f"{api}/api/overview", timeout=2)
            except urllib.error.HTTPError as error:
                return error.code == 401 and listens(port)
            except OSError:
                return False
            return True

        def ready():
            service.wait_until(answers)
            return {"TEST_RABBITMQ_URL": f"amqp://guest:guest@127.0.0.1:{port}",
                    "TEST_RABBITMQ_API": f"http://guest:guest@127.0.0.1:{management}"}
        return ready


def build_stand_in():
    """Fetches the stand-in's jars and compiles the launcher, when either is not there or older."""
    made = STANDINS / ".made"
    sources = [*SOURCES.glob("*.java"), SOURCES / "pom.xml"]
    if made.exists() and all(source.stat().st_mtime <= made.stat().st_mtime for source in sources):
        return
    say("fetching and compiling the stand-in for MongoDB")
    shutil.rmtree(STANDINS, ignore_errors=True)
    for command in (["mvn", "-q", "-B", "-f", SOURCES / "pom.xml", "dependency:copy-dependencies",
                     f"-DoutputDirectory={STANDINS}/jars"],
                    ["javac", "-cp", f"{STANDINS}/jars/*", "-d", STANDINS / "classes",
                     *SOURCES.glob("*.java")]):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    made.touch()


def run(command, env):
    process = subprocess.Popen(command, env=env)
    while True:
        try:
            code = process.wait()
            return 128 - code if code < 0 else code
        except KeyboardInterrupt:  # the terminal has told the command as well: its end is waited for
            continue
        except SystemExit:
            process.terminate()


def wait_for_ctrl_c(variables):
    for name, value in variables.items():
        print(f"{name}={value}", flush=True)
    say("ready; Ctrl-C stops it")
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
    return 0


def main():
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if command and all(os.environ.get(name) for name in NAMES):
        os.execvp(command[0], command)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    with tempfile.TemporaryDirectory(prefix="cinema-stack-", ignore_cleanup_errors=True) as folder:
        stack = Stack(pathlib.Path(folder))
        with stack.closing:
            try:
                variables = stack.start()
            except Failed as failure:
                say(failure)
                return 1
            except FileNotFoundError as missing:
                say(f"{missing.filename} is not installed: ./dev stack installs what it needs")
                return 1
            return run(command, {**os.environ, **variables}) if command \
                else wait_for_ctrl_c(variables)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
