package dev.postern.server.access;

/** Is told about each request and call that a limit of its caller refuses. Called by any thread; must not block or throw. */
@FunctionalInterface
public interface Refusals {
    /** Nobody is told. */
    Refusals NONE = (tenant, limit) -> {};

    /**
     * A limit was reached.
     *
     * @param tenant the caller's tenant; empty for none
     * @param limit the key of the limit in the configuration, such as {@code requests_per_minute}
     */
    void refused(String tenant, String limit);
}
