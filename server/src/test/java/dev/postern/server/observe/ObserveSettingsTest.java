package dev.postern.server.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.config.MapSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObserveSettingsTest {
    @TempDir
    Path folder;

    private static ObserveSettings read(String key, Object value) {
        MapSettings section = MapSettings.of(Map.of(key, value));
        ObserveSettings read = ObserveSettings.of(section);
        section.refuseUnknown();
        return read;
    }

    @Test
    void withoutAKeyEverythingIsOff() {
        assertThat(ObserveSettings.of(MapSettings.of(Map.of()))).isEqualTo(ObserveSettings.defaults());
    }

    @Test
    void theAccessLogHasATarget() {
        assertThat(read("access_log", "off").accessLog()).isEqualTo(AccessTarget.OFF);
        assertThat(read("access_log", "stdout").accessLog()).isEqualTo(AccessTarget.STDOUT);
        assertThat(read("access_log", "logger").accessLog()).isEqualTo(AccessTarget.LOGGER);
        Path file = folder.resolve("access.log");
        assertThat(read("access_log", file.toString()).accessLog()).isEqualTo(new AccessTarget.ToFile(file));
        assertThat(read("access_log", "access.log").accessLog())
                .isEqualTo(new AccessTarget.ToFile(Path.of("access.log").toAbsolutePath()));
    }

    @Test
    void aFileWithoutAFolderIsRefused() {
        assertThatThrownBy(() ->
                        read("access_log", folder.resolve("missing/access.log").toString()))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("access_log")
                .hasMessageContaining("a folder that exists");
        assertThatThrownBy(() -> read("access_log", folder.toString())).isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> read("access_log", "a\0b"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("is not the name of a file");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:9090,127.0.0.1,9090", "[::1]:0,::1,0", "admin.internal:65535,admin.internal,65535"})
    void theAdminPageMayHaveAnAddress(String text, String host, int port) {
        ObserveSettings read = read("admin", Map.of("listen", text));

        assertThat(read.adminListen().orElseThrow().getHostString()).isEqualTo(host);
        assertThat(read.adminListen().orElseThrow().getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9090", "127.0.0.1", "127.0.0.1:65536", "::1:9090", "http://127.0.0.1:9090", "a b:1"})
    void anInvalidAddressIsRefused(String text) {
        assertThatThrownBy(() -> read("admin", Map.of("listen", text)))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("listen")
                .hasMessageContaining("such as 127.0.0.1:9090");
    }

    @Test
    void pricesComeFromAFile() throws IOException {
        Path good = Files.writeString(
                folder.resolve("prices.json"),
                "{\"currency\":\"USD\",\"prices\":[{\"model\":\"m\",\"input\":1,\"output\":2}]}");
        assertThat(read("prices", good.toString()).prices().orElseThrow().price("any", "m"))
                .isPresent();

        Path bad = Files.writeString(folder.resolve("bad.json"), "{\"currency\":\"USD\",\"prices\":[{\"input\":-1}]}");
        assertThatThrownBy(() -> read("prices", bad.toString()))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("prices: is not a valid file of prices");
        assertThatThrownBy(() -> read("prices", folder.resolve("missing").toString()))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("prices: cannot be read (NoSuchFileException)");
    }
}
