package dev.postern.bedrock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** An environment for tests. It begins without variables, properties, files and services; a test adds what it needs. */
final class FakeAwsEnvironment {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final Map<String, String> variables = new HashMap<>();
    final Map<String, String> properties = new HashMap<>();
    final Path home;
    volatile Instant now = START;
    AwsHttp http = (call, timeout) -> {
        throw new IOException("nothing answers at " + call.uri());
    };

    FakeAwsEnvironment(Path home) {
        this.home = home;
    }

    AwsEnvironment awsEnvironment() {
        return new AwsEnvironment(
                variables::get,
                properties::get,
                home,
                clock(),
                (call, timeout) ->
                        http.send(call, timeout)); // reads the field at each call, because a test may change it
    }

    FakeAwsEnvironment set(String variable, Object value) {
        variables.put(variable, value.toString());
        return this;
    }

    /** Writes a file below the home directory. */
    Path file(String name, String... lines) {
        try {
            Path file = home.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, String.join("\n", lines));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }
}
