# syntax=docker/dockerfile:1.7
# systemd-stop-exporter, as an image: docker build -t systemd-stop-exporter .
# What it needs of the host it watches is in deploy/kubernetes; without it, `demo` and `analyze` work all the same.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# The image has Node: the one that comes as a package is not needed.
RUN npm ci --ignore-scripts
COPY . .
RUN node packaging/bundle.ts

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="systemd-stop-exporter" \
      org.opencontainers.image.licenses="Apache-2.0"
# journalctl reads the journal of the host.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends systemd \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/bundle /usr/lib/systemd-stop-exporter
COPY packaging/systemd-stop-exporter.container /usr/bin/systemd-stop-exporter
# A number, for Kubernetes to see that it is not root. Which user the bus of a host allows to watch it: deploy/kubernetes.
USER 65532:65532
EXPOSE 19558
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:19558/-/healthy').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["systemd-stop-exporter"]
CMD ["serve"]
