package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.config.MapSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AccessControlTest {
    private static final String COMPLETIONS = "/api/v1/llm/completions";
    private static final UnaryOperator<String> NOTHING = name -> "";

    @TempDir
    Path folder;

    private final AccessControl access =
            new AccessControl(true, false, new Keys.Clock(), Duration.ofMillis(10), Refusals.NONE);

    @AfterEach
    void close() {
        access.close();
    }

    private void configure(Map<String, Object> server) {
        MapSettings settings = MapSettings.of(server);
        Runnable effect = access.read(settings, Optional.empty(), true);
        settings.refuseUnknown();
        effect.run();
    }

    private void declare(Map<String, Object> key) {
        Map<String, Object> entry = new LinkedHashMap<>(Map.of("name", "ann", "sha256", Keys.hash()));
        entry.putAll(key);
        configure(Map.of("keys", Map.of("inline", Map.of("id01", entry))));
    }

    private Caller caller(String method, String path, UnaryOperator<String> headers) {
        return access.admit(method, path, headers).toCompletableFuture().join().caller();
    }

    private AccessException refused(String method, String path, UnaryOperator<String> headers) {
        CompletionException thrown =
                catchThrowableOfType(CompletionException.class, () -> caller(method, path, headers));
        return (AccessException) thrown.getCause();
    }

    @Test
    void withoutKeysEverybodyMayDoEverything() {
        configure(Map.of());

        assertThat(access.asksForKeys()).isFalse();
        assertThat(caller("DELETE", "/api/v1/agents/a", NOTHING)).isEqualTo(Caller.ANYBODY);
        assertThat(Caller.ANYBODY.tenantOf("acme")).isEqualTo("acme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys",
                "keys.file",
                "keys.inline",
                "jwt",
                "trusted_proxies",
                "keys.inline.id01.expires",
                "keys.inline.id01.tenant",
                "keys.inline.id01.admin",
                "keys.inline.id01.previous",
                "keys.inline.id01.limits",
                "keys.inline.id01.limits.requests_per_minute",
                "keys.inline.id01.limits.concurrent",
                "keys.inline.id01.limits.tokens_per_day",
                "keys.inline.id01.limits.cost_per_month",
            })
    void aRuleWithoutAValueIsRefused(String path) {
        Map<String, Object> key = new LinkedHashMap<>(Map.of("name", "ann", "sha256", Keys.hash()));
        Map<String, Object> keys = new LinkedHashMap<>(Map.of("inline", new LinkedHashMap<>(Map.of("id01", key))));
        Map<String, Object> server = new LinkedHashMap<>(Map.of("keys", keys));
        put(server, path.split("\\.", -1), 0);

        assertThatThrownBy(() -> configure(server))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(path + ": has no value");
    }

    /** Puts an empty text at this path; a variable that is not set leads to the same. */
    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> section, String[] path, int at) {
        if (at == path.length - 1) {
            section.put(path[at], "");
        } else {
            put((Map<String, Object>) section.computeIfAbsent(path[at], key -> new LinkedHashMap<>()), path, at + 1);
        }
    }

    @Test
    void aPageForOperatorsOnOtherMachinesNeedsKeys() {
        assertThatThrownBy(() -> access.read(MapSettings.of(Map.of()), Optional.empty(), false))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("admin.listen");
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer KEY",
        "Authorization, 'bearer  KEY '",
        "x-api-key, KEY",
    })
    void aKeyIsTakenFromEitherHeader(String header, String value) {
        declare(Map.of());
        String text = value.replace("KEY", Keys.key("id01"));

        assertThat(caller("POST", COMPLETIONS, name -> name.equals(header) ? text : "")
                        .name())
                .isEqualTo("ann");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, no key",
                "Authorization, Basic KEY, no key",
                "Authorization, KEY, no key",
                "Authorization, Bearer, no key",
                "x-api-key, x, not valid",
                "Authorization, Bearer KEYx, not valid",
                "X-AWS-Secret-Access-Key, KEY, no key",
            })
    void otherwiseItIsRefused(String header, String value, String message) {
        declare(Map.of());
        String text = value == null ? "" : value.replace("KEY", Keys.key("id01"));
        AccessException refused = refused("POST", COMPLETIONS, name -> name.equals(header) ? text : "");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Bearer realm=\"postern\"");
        assertThat(refused).hasMessageContaining(message).hasMessageNotContaining(Keys.SECRET);
        assertThat(caller("GET", "/healthz", NOTHING)).isEqualTo(Caller.ANYBODY);
    }

    @Test
    void changesNeedTheKeyOfAnAdministrator() {
        declare(Map.of());
        AccessException refused = refused("POST", "/api/v1/agents", Keys.bearer(Keys.key("id01")));
        declare(Map.of("admin", true));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.failure().kind()).isEqualTo(LlmException.Kind.PERMISSION);
        assertThat(caller("POST", "/api/v1/agents", Keys.bearer(Keys.key("id01")))
                        .admin())
                .isTrue();
    }

    @Test
    void onlyATrustedKeyNamesTheTenant() {
        declare(Map.of("tenant", "acme"));
        Caller plain = caller("POST", COMPLETIONS, Keys.bearer(Keys.key("id01")));
        declare(Map.of("tenant", "acme", "trusted", true));
        Caller trusted = caller("POST", COMPLETIONS, Keys.bearer(Keys.key("id01")));

        assertThat(plain.tenantOf("other")).isEqualTo("acme");
        assertThat(trusted.tenantOf("other")).isEqualTo("other");
        assertThat(trusted.tenantOf("")).isEqualTo("acme");
    }

    @Test
    void limitsOutliveAReload() {
        declare(Map.of("limits", Map.of("requests_per_minute", 1)));
        caller("POST", COMPLETIONS, Keys.bearer(Keys.key("id01")));
        declare(Map.of("limits", Map.of("requests_per_minute", 1)));

        assertThat(refused("POST", COMPLETIONS, Keys.bearer(Keys.key("id01"))).status())
                .isEqualTo(429);
    }

    @Test
    void theFileIsReadAgainWhenItChanges() throws Exception {
        Path file = folder.resolve("keys.yaml");
        write(file, "keys:\n");
        configure(Map.of("keys", Map.of("file", file.toString())));
        assertThat(refused("POST", COMPLETIONS, Keys.bearer(Keys.key("id01"))).status())
                .isEqualTo(401);

        write(file, "keys: {id01: {name: ann, sha256: " + Keys.hash() + "}}\n");
        await(() -> isKnown("id01"));
        write(file, "keys: {id02: {name: ann, sha256: " + Keys.hash() + "}}\n");
        await(() -> isKnown("id02"));

        assertThat(isKnown("id01")).isFalse();
    }

    private boolean isKnown(String id) {
        return access.admit("POST", COMPLETIONS, Keys.bearer(Keys.key(id)))
                .handle((admission, thrown) -> admission != null)
                .toCompletableFuture()
                .join();
    }

    /** Replaces a file, as an editor does. */
    private void write(Path file, String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void await(BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("nothing changed").isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void aKeyInTwoPlacesIsRefused() throws IOException {
        Path file = folder.resolve("keys.yaml");
        String entry = "keys: {id01: {name: ann, sha256: " + Keys.hash() + "}}\n";
        write(file, entry);
        Map<String, Object> keys =
                Map.of("file", file.toString(), "inline", Map.of("id01", Map.of("name", "ann", "sha256", Keys.hash())));

        assertThatThrownBy(() -> configure(Map.of("keys", keys)))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("keys.id01: is a key of server.keys.inline, too");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keys | x | keys: must be a section with keys of its own",
                "trusted_proxies | 127.0.0.1 | declares trusted_proxies and no keys",
            })
    void invalidSettingsNameTheirPlace(String key, String value, String message) {
        assertThatThrownBy(() -> configure(Map.of(key, value)))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(message);
    }
}
