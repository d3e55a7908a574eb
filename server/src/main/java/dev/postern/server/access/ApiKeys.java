package dev.postern.server.access;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** All keys of a gateway, by id. Immutable. */
final class ApiKeys {
    static final ApiKeys NONE = new ApiKeys(Map.of());

    /** Takes the place of an unknown key, so that its check takes the same work. Its secret is unknown to everybody. */
    private static final ApiKey UNKNOWN = new ApiKey(
            Caller.ANYBODY,
            SecretHash.parse("0".repeat(64)).orElseThrow(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final KeyText NO_KEY = new KeyText("", SecretHash.of(""));

    private final Map<String, ApiKey> byId;

    ApiKeys(Map<String, ApiKey> byId) {
        this.byId = Map.copyOf(byId);
    }

    /** The caller with this key. Empty if the key is malformed, unknown or expired, or if the secret is another one. */
    Optional<Caller> find(String text, Instant now) {
        KeyText given = KeyText.parse(text).orElse(NO_KEY);
        ApiKey known = byId.get(given.id());
        boolean accepted = (known == null ? UNKNOWN : known).accepts(given.hash(), now);
        return accepted && known != null ? Optional.of(known.caller()) : Optional.empty();
    }

    int size() {
        return byId.size();
    }
}
