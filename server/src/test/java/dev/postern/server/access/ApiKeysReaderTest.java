package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysReaderTest {
    private static final String HASH = "a".repeat(64);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nmae: x | keys.yaml:4: keys.id01.nmae: is not a known key. Did you mean 'name'?",
                "sha256: postern_id01_x | keys.yaml:4: keys.id01.sha256: must be the SHA-256 of the secret",
                "tenant: ' x' | keys.yaml:4: keys.id01.tenant: must be at most 128 characters",
                "admin: maybe | keys.yaml:4: keys.id01.admin: must be true or false",
                "expires: tomorrow | keys.yaml:4: keys.id01.expires: must be a day such as 2027-01-31",
                "models: [] | keys.yaml:4: keys.id01.models: must have at least one name",
                "models: | keys.yaml:4: keys.id01.models: must have at least one name",
                "backends: '' | keys.yaml:4: keys.id01.backends: must have at least one name",
                "models: ['*****'] | keys.yaml:4: keys.id01.models: must be names, with up to four *",
                "previous: {sha256: HASH} | keys.yaml:4: keys.id01.previous.until: is missing",
                "previous: {until: 2027-01-01} | keys.yaml:4: keys.id01.previous.sha256: is missing",
                "limits: {requests_per_minute: 0} | keys.id01.limits.requests_per_minute: must be at least 1",
                "limits: {request_per_minute: 5} | Did you mean 'requests_per_minute'?",
                "limits: {cost_per_day: 5} | keys.id01.limits.cost_per_day: needs prices; set server.prices",
            })
    void anInvalidKeyNamesItsPlace(String line, String message) throws IOException {
        String sha = line.startsWith("sha256") ? "" : "    sha256: " + HASH + "\n";
        String text = "keys:\n  id01:\n" + (sha.isEmpty() ? "    name: ann\n" : sha) + "    "
                + line.replace("HASH", HASH) + "\n" + (sha.isEmpty() ? "" : "    name: ann\n");
        Path file = Files.writeString(folder.resolve("keys.yaml"), text);

        assertThatThrownBy(() -> ApiKeysFile.read(file, false))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(message)
                .satisfies(e -> org.assertj.core.api.Assertions.assertThat(e.getMessage())
                        .doesNotContain("postern_id01_x"));
    }

    @ParameterizedTest
    @CsvSource({"ID01", "abc", "'a b c d'"})
    void anIdHasItsForm(String id) throws IOException {
        Path file = Files.writeString(
                folder.resolve("keys.yaml"), "keys:\n  " + id + ": {name: ann, sha256: " + HASH + "}\n");

        assertThatThrownBy(() -> ApiKeysFile.read(file, false))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("keys.yaml:2: keys." + id + ": is not the id of a key");
    }
}
