package dev.postern.benchmarks;

/** How a subject reaches the server. */
enum Via {
    /** HTTP/1.1 without TLS. */
    HTTP("http", 0),
    /** HTTP/1.1 over TLS 1.3. */
    TLS("https", 1),
    /** HTTP/2 over TLS 1.3. */
    HTTP2("https", 2);

    private final String scheme;
    private final int place; // of its port in the line with the ports

    Via(String scheme, int place) {
        this.scheme = scheme;
        this.place = place;
    }

    /** The server's address, from the line with its ports. */
    String address(String ports) {
        return scheme + "://127.0.0.1:" + ports.split(" ", -1)[place];
    }
}
