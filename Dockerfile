# Mandate in an empty image: one static binary and the certificates that it
# needs to speak to the Snapshot hub over https. No shell, no root.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=container
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /mandate .
RUN mkdir /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# The empty image cannot make folders: both are copied with their owner.
COPY --from=build --chown=65532:65532 /empty /data
COPY --from=build --chown=65532:65532 /empty /tmp
COPY --from=build /mandate /mandate
ENV MANDATE_LISTEN=0.0.0.0:8080 \
    MANDATE_DATABASE_URL=sqlite:/data/mandate.db
USER 65532:65532
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/mandate"]
