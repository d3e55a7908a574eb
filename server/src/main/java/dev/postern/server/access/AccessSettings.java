package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.spi.Settings;
import dev.postern.usage.Pricing;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the section {@code server} of a configuration says about access.
 *
 * @param keysFile the file of the keys
 * @param keys the keys of the configuration itself, by id
 * @param declaresKeys whether the configuration declares keys, if only an empty list
 * @param jwt which tokens are accepted
 * @param prices the prices
 * @param proxied whether there are trusted proxies
 */
record AccessSettings(
        Optional<Path> keysFile,
        Map<String, ApiKey> keys,
        boolean declaresKeys,
        Optional<JwtSettings> jwt,
        Optional<Pricing> prices,
        boolean proxied) {
    /**
     * Reads the keys of this section that are about access.
     *
     * @param prices the prices, which limits of cost need
     * @throws LlmException of kind CONFIGURATION that names the place
     */
    static AccessSettings of(Settings server, Optional<Pricing> prices) {
        boolean priced = prices.isPresent();
        EmptyKeys.refuse(server, "keys", "jwt", "trusted_proxies");
        Settings keys = server.section("keys");
        EmptyKeys.refuse(keys, "file", "inline");
        Settings inline = keys.section("inline");
        Optional<Path> file = Optional.of(keys.text("file", ""))
                .filter(text -> !text.isEmpty())
                .map(text -> JwtSettings.path(keys, "file", text));
        Optional<JwtSettings> jwt =
                server.has("jwt") ? Optional.of(JwtSettings.of(server.section("jwt"), priced)) : Optional.empty();
        boolean proxied = !server.texts("trusted_proxies").isEmpty();
        boolean declared = server.has("keys") || jwt.isPresent();
        return new AccessSettings(file, ApiKeysReader.read(inline, priced), declared, jwt, prices, proxied);
    }
}
