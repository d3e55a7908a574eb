package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.spi.Settings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads keys from a section whose keys are their ids. */
final class ApiKeysReader {
    private ApiKeysReader() {}

    /**
     * The keys of a section, by id, in their order.
     *
     * @param priced whether there are prices, which limits of cost need
     * @throws LlmException of kind CONFIGURATION for an invalid key
     */
    static Map<String, ApiKey> read(Settings section, boolean priced) {
        Map<String, ApiKey> keys = new LinkedHashMap<>();
        for (String id : section.keys()) {
            if (!id.matches(KeyText.ID_FORM)) {
                throw section.error(
                        id,
                        "is not the id of a key: 4 to 32 letters in lower case and digits, as keys create makes it");
            }
            keys.put(id, key(id, section.requiredSection(id), priced));
        }
        return keys;
    }

    private static ApiKey key(String id, Settings entry, boolean priced) {
        EmptyKeys.refuse(entry, "tenant", "admin", "trusted", "expires", "previous");
        Caller caller = new Caller(
                id,
                name(entry, "name", entry.required("name")),
                name(entry, "tenant", entry.text("tenant", "")),
                entry.bool("admin", false),
                entry.bool("trusted", false),
                CallerSettings.patterns(entry, "backends"),
                CallerSettings.patterns(entry, "models"),
                CallerSettings.limits(entry, priced));
        SecretHash hash = hash(entry);
        Optional<Instant> expires = moment(entry, "expires");
        if (!entry.has("previous")) {
            return new ApiKey(caller, hash, Optional.empty(), Optional.empty(), expires);
        }
        Settings previous = entry.section("previous");
        previous.required("until");
        return new ApiKey(caller, hash, Optional.of(hash(previous)), moment(previous, "until"), expires);
    }

    private static String name(Settings entry, String key, String name) {
        if (!name.isEmpty() && !CallerSettings.NAME.matcher(name).matches()) {
            throw entry.error(key, "must be at most 128 characters of ASCII without spaces at the ends");
        }
        return name;
    }

    private static SecretHash hash(Settings entry) {
        entry.required("sha256");
        return SecretHash.parse(entry.secret("sha256"))
                .orElseThrow(() -> entry.error(
                        "sha256",
                        "must be the SHA-256 of the secret, 64 hexadecimal digits in lower case, not the key"));
    }

    private static Optional<Instant> moment(Settings entry, String key) {
        String text = entry.text(key, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(moment(text)
                .orElseThrow(() -> entry.error(
                        key,
                        "must be a day such as 2027-01-31, which is the last one, or a time"
                                + " such as 2027-01-31T12:00:00Z")));
    }

    /** The moment that a text denotes; for a day its end in UTC. */
    static Optional<Instant> moment(String text) {
        try {
            return Optional.of(
                    text.contains("T")
                            ? Instant.parse(text)
                            : LocalDate.parse(text)
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
