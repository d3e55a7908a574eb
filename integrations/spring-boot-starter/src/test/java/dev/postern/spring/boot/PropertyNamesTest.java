package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Each property has a description for IDEs, an example and an effect. */
class PropertyNamesTest {
    @Test
    void eachPropertyHasMetadata() throws IOException {
        Map<String, Map<?, ?>> described = new LinkedHashMap<>();
        for (Object property : (List<?>) metadata().get("properties")) {
            Map<?, ?> fields = (Map<?, ?>) property;
            described.put(String.valueOf(fields.get("name")), fields);
        }

        assertThat(described.keySet().stream().filter(name -> name.startsWith("postern.")))
                .containsExactlyElementsOf(PropertyNames.EXAMPLES.keySet());
        assertThat(described.values()).allSatisfy(fields -> {
            assertThat(String.valueOf(fields.get("description"))).matches("[A-Z].*\\.");
            assertThat(String.valueOf(fields.get("type"))).matches("(java\\.|org\\.springframework\\.boot\\.).*");
        });
    }

    @Test
    void eachPropertyIsBound() {
        Map<String, Object> values = new LinkedHashMap<>(PropertyNames.EXAMPLES);
        values.put("postern.enabled", "false");
        values.put("postern.health.timeout", "7s");
        values.put("postern.langchain4j.enabled", "false");
        PosternProperties all = new Binder(new MapConfigurationPropertySource(values))
                .bind("postern", PosternProperties.class)
                .get();

        assertThat(all.isEnabled()).isFalse();
        assertThat(List.of(
                        text(all.getConfig()),
                        text(all.getProvider()),
                        text(all.getBaseUrl()),
                        text(all.getApiKey()),
                        text(all.getModel()),
                        text(all.getProfile()),
                        text(all.getRegion())))
                .containsExactly(
                        "classpath:gateway.yaml",
                        "openai",
                        "http://localhost:11434",
                        "${OPENAI_API_KEY}",
                        "gpt-4o",
                        "ollama",
                        "us-east-1");
        PosternProperties.Timeouts timeouts = all.getTimeouts();
        assertThat(timeouts.getConnect()).isEqualTo(Duration.ofSeconds(10));
        assertThat(timeouts.getResponseStart()).isEqualTo(Duration.ofMinutes(10));
        assertThat(timeouts.getIdle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(timeouts.getFirstToken()).isEqualTo(Duration.ofMinutes(10));
        assertThat(timeouts.getBetweenTokens()).isEqualTo(Duration.ofMinutes(5));
        assertThat(timeouts.getTotal()).isEqualTo(Duration.ofMinutes(2));
        PosternProperties.Retries retries = all.getRetries();
        assertThat(retries.getMaxAttempts()).isEqualTo(3);
        assertThat(retries.getBaseDelay()).isEqualTo(Duration.ofMillis(500));
        assertThat(retries.getMaxDelay()).isEqualTo(Duration.ofSeconds(8));
        assertThat(retries.getMaxRetryAfter()).isEqualTo(Duration.ofSeconds(60));
        assertThat(all.getHealth().getTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(all.getLangchain4j().isEnabled()).isFalse();
    }

    @Test
    void suggestsTheNearestName() {
        assertThat(PropertyNames.nearest("postern.bas-url")).contains("postern.base-url");
        assertThat(PropertyNames.nearest("postern.api-kye")).contains("postern.api-key");
        assertThat(PropertyNames.nearest("postern.timeouts.first-tokens")).contains("postern.timeouts.first-token");
        assertThat(PropertyNames.nearest("postern.temperature")).isEmpty();
    }

    private static String text(Object value) {
        return String.valueOf(Objects.requireNonNull(value));
    }

    private static Map<?, ?> metadata() throws IOException {
        try (InputStream in =
                PropertyNamesTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return (Map<?, ?>) Json.parse(in.readAllBytes());
        }
    }

    @Test
    void theClassesOfTheMetadataExist() throws Exception {
        TreeSet<String> types = new TreeSet<>();
        for (Object group : (List<?>) metadata().get("groups")) {
            types.add(String.valueOf(((Map<?, ?>) group).get("type")));
        }

        assertThat(types).hasSize(5);
        for (String type : types) {
            assertThat(Class.forName(type)).isNotNull();
        }
    }
}
