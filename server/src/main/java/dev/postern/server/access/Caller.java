package dev.postern.server.access;

import dev.postern.CallContext;

/**
 * Who makes a request, as its key or token says.
 *
 * @param id the id of the key, or of the subject of a token; no secret
 * @param name the name for the log
 * @param tenant who pays; empty for none
 * @param admin whether changes of the gateway are allowed
 * @param trusted whether the caller may set the tenant by a header
 * @param backends the backends that are allowed
 * @param models the models that are allowed, by the names that backends are asked with
 * @param limits the limits
 */
public record Caller(
        String id,
        String name,
        String tenant,
        boolean admin,
        boolean trusted,
        NamePatterns backends,
        NamePatterns models,
        CallerLimits limits) {
    /** The caller of a call; absent from calls that no request made. */
    public static final CallContext.Key<Caller> CONTEXT = CallContext.Key.of("", Caller.class);

    /** The caller of every request if the gateway asks for no keys. */
    public static final Caller ANYBODY =
            new Caller("", "", "", true, true, NamePatterns.ALL, NamePatterns.ALL, CallerLimits.NONE);

    /**
     * Who pays for a request.
     *
     * @param named the tenant that the request names, which counts if the caller is trusted; empty for none
     */
    public String tenantOf(String named) {
        return trusted && !named.isEmpty() ? named : tenant;
    }
}
