# The build has .git, from which the binary has its version.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH make build && install -d -m 700 /volume/data

FROM scratch
COPY --from=build /src/bin/sshchat /sshchat
# A new volume takes owner and mode of the folder that it covers. COPY keeps them only of what is in a folder.
COPY --from=build --chown=65532:65532 /volume /
USER 65532:65532
ENV SSHCHAT_DATA=/data
# The working directory is where SQLite puts its temporary files where there is no /tmp.
WORKDIR /data
VOLUME /data
EXPOSE 2222
# The check gives up by itself after 10 s, and then says why.
HEALTHCHECK --interval=30s --timeout=15s --start-period=10s CMD ["/sshchat", "healthcheck"]
ENTRYPOINT ["/sshchat"]
CMD ["serve"]
