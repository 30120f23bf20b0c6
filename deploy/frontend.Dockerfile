# The web app, and nginx in front of everything. From the repository's root:
# docker build -f deploy/frontend.Dockerfile -t cinema-frontend .
# Node 22.19 or 24.11 and newer; nginx 1.27.3 and newer (`resolve`), with bash.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG NGINX_IMAGE=nginx:1.28

FROM ${NODE_IMAGE} AS build
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-progress --no-audit --no-fund
COPY api/openapi.yaml ../api/
COPY frontend ./
RUN npm run build

FROM ${NGINX_IMAGE}
RUN rm -rf /etc/nginx/conf.d
COPY deploy/nginx/main.conf /etc/nginx/nginx.conf
COPY deploy/nginx.conf /etc/nginx/conf.d/cinema.conf
COPY deploy/nginx/problem.conf /etc/nginx/cinema/problem.conf
COPY deploy/nginx/site-plain.conf /etc/nginx/cinema/site.conf
COPY deploy/nginx/servers-docker.conf /etc/nginx/cinema/servers.conf
COPY deploy/probe /usr/local/share/cinema/probe
COPY --from=build /src/frontend/.output/public /usr/local/share/cinema/web

# Nobody's: it needs no name, and writes into /tmp only.
USER 10002:10002
EXPOSE 3000
# Finishes what runs; viewers are closed after worker_shutdown_timeout.
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["bash", "/usr/local/share/cinema/probe", "3000", "/"]
ENTRYPOINT ["nginx", "-e", "stderr", "-p", "/tmp/", "-g", "daemon off;"]
CMD []
