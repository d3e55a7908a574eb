package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with random damage load or are configuration errors: no other exception is thrown, and no secret is shown. */
class MutatedFilesTest {
    private static final String SECRET = "sk-SECRET-0123456789-abcdefghijklmnopqrstuvwxyz";
    private static final String YAML = """
            shared: &shared {cooldown: {after: 3, for: 30s}}
            providers:
              llm:
                default: main
                backends:
                  main:
                    backend: noop
                    config: {<<: *shared, default_model: "m", concurrency: 4}
                  remote:
                    backend: gateway
                    config:
                      base_url: "http://localhost:1"
                      api_key: '%1$s'
                      headers: {X-Key: "%1$s"}
                      timeouts: {idle: 5s}
                      retries: 2
                fallbacks:
                  main:
                    - remote
            """.formatted(SECRET);
    private static final String JSON = """
            {"providers": {"llm": {"default": "a", "groups": {"g": ["a", "b"]}, "backends": {
              "a": {"backend": "noop", "config": {"max_queue": 1.0e1}},
              "b": {"backend": "gateway", "config": {"base_url": "http://h", "api_key": "%s", "timeout": null}}}}}}
            """.formatted(SECRET);
    private static final String PIECES = "{}[]:,-&*#!|>'\"%@`$\\ \t\n\r\u0000\u0085\u2028\uFEFF\uD83D.~<=?x0";

    private final Logger logger = Logger.getLogger("dev.postern.config");

    /** Switches off thousands of lines about skipped sections that the damage creates. */
    @BeforeEach
    void quiet() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        logger.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway.yaml", "gateway.json"})
    void damagedFilesLoadOrAreConfigurationErrors(String name) {
        String whole = name.endsWith(".yaml") ? YAML : JSON;
        GatewayLoader loader = GatewayLoader.create().environment(Map.of());
        loader.parse(whole, name).close();
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 800; i++) {
            String text = damaged(whole, random);
            try {
                loader.parse(text, name).close();
            } catch (LlmException e) {
                refused++;
                assertThat(e.kind()).as(text).isEqualTo(Kind.CONFIGURATION);
                assertThat(e.getMessage()).as(text).startsWith(name).doesNotContain("\n", "0123456789-abc");
            }
        }
        assertThat(refused).isGreaterThan(200);
    }

    private static String damaged(String whole, Random random) {
        StringBuilder text = new StringBuilder(whole);
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                default -> {
                    int from = random.nextInt(text.length());
                    text.insert(at, text.substring(from, Math.min(text.length(), from + random.nextInt(40))));
                }
            }
            if (text.isEmpty()) {
                return "x";
            }
        }
        return text.toString();
    }
}
