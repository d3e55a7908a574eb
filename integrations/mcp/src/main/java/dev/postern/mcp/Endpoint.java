package dev.postern.mcp;

import dev.postern.http.RequestSecrets;

/** Where a server is, and how it is reached. */
interface Endpoint {
    /** Begins a connection; for a process, starts it. Does not fail: a failure is told to the events. */
    Link open(Link.Events events);

    /** Whether a request that gets no answer may mean that the server does not know its method. */
    boolean mayBeSilent();

    /** Whether parameters of tools are repeated in headers. */
    boolean hasHeaders();

    /** What no failure may show, for messages that are not in an exchange of their own. */
    RequestSecrets secrets();

    /** Ends what all connections share. */
    void close();

    /** The address or the command, without secrets. */
    @Override
    String toString();
}
