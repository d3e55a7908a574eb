package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log lines of a file; they go to java.util.logging here. */
class SkippedSectionsTest {
    private final Logger logger = Logger.getLogger("dev.postern.config");
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setLevel(null);
    }

    @Test
    void eachSkippedSectionIsOneLogLineWithoutValues() {
        String text = """
                logging: {level: sk-secret}
                providers:
                  memory: {backend: sk-secret}
                  llm: {backend: noop, config: {default_model: sk-secret}}
                agents: {specs: {}}
                audit:
                  sinks: [sk-secret]
                """;

        GatewayLoader.create().environment(Map.of()).parse(text, "gateway.yaml").close();

        assertThat(lines)
                .containsExactly(
                        "INFO gateway.yaml:1: logging: is not used by this gateway; skipped",
                        "INFO gateway.yaml:6: audit: is not used by this gateway; skipped",
                        "INFO gateway.yaml:3: providers.memory: is not used by this gateway; skipped");
    }
}
