package dev.postern.benchmarks;

/** How a subject reaches the server. */
enum Via {
    /** HTTP/1.1 without TLS. */
    HTTP,
    /** HTTP/1.1 over TLS 1.3. */
    TLS,
    /** HTTP/2 over TLS 1.3. */
    HTTP2;

    /** The server's address, from the line with its ports. */
    String address(String ports) {
        return (this == HTTP ? "http" : "https") + "://127.0.0.1:" + ports.split(" ", -1)[ordinal()];
    }
}
