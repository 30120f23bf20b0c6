# The server. From the repository's root: docker build -f deploy/backend.Dockerfile -t cinema-backend .
# Other bases must be Debian 12 or made from it.
ARG BUILD_IMAGE=debian:bookworm-slim
ARG RUN_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY dependencies.txt .
RUN apt-get update \
    && awk '$1 == "build" { print $2 }' dependencies.txt \
        | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y -q --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*
COPY api api
COPY catalogue catalogue
COPY backend backend
# A compiler takes up to 1.5 GB: give less on a small machine.
ARG JOBS=
RUN cd backend \
    && cmake --preset release -DCINEMA_TESTS=OFF -DCINEMA_BENCH=OFF \
    && ninja -C ../build/release ${JOBS:+-j "$JOBS"} cinema \
    && strip --strip-debug ../build/release/cinema
# The packages of the libraries that it was linked with. The linker's paths and dpkg's differ in
# whether /lib is a link to /usr/lib.
RUN ldd build/release/cinema | awk '$2 == "=>" { print $3 }' | while read -r library; do \
        dpkg -S "$library" "/usr$library" "$(realpath "$library")" 2>/dev/null | head -n 1; \
    done | cut -d : -f 1 | sort -u > runtime-packages.txt \
    && test -s runtime-packages.txt

FROM ${RUN_IMAGE}
COPY --from=build /src/runtime-packages.txt /usr/local/share/cinema/
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive xargs -a /usr/local/share/cinema/runtime-packages.txt \
        apt-get install -y -q --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent cinema \
    && install -d -m 0700 -o cinema -g cinema /var/lib/cinema
COPY deploy/probe /usr/local/share/cinema/probe
COPY --from=build /src/build/release/cinema /usr/local/bin/cinema
# Fails here, not at the first start, when a library is missing.
RUN cinema --version

USER cinema
# No .env is read from a folder that has none.
WORKDIR /
# The data folder is the embedded engine's; with the cluster engine nothing is written.
ENV LISTEN=:8080 DATA_DIR=/var/lib/cinema
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["bash", "/usr/local/share/cinema/probe", "8080", "/livez"]
ENTRYPOINT ["cinema"]
CMD ["serve"]
