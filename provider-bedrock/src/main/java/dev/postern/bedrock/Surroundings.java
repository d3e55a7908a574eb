package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What AWS's conventions look at outside of the program; passed in, so that tests turn it.
 *
 * @param environment the environment variables
 * @param properties the system properties
 * @param home the user's directory, where {@code .aws} lies
 * @param clock for expirations
 * @param http for the services that hand out credentials
 */
record Surroundings(
        Function<String, @Nullable String> environment,
        Function<String, @Nullable String> properties,
        Path home,
        Clock clock,
        AwsHttp http) {
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** Those of this process. */
    static Surroundings ofThisProcess(Clock clock) {
        String home = System.getenv("HOME");
        return new Surroundings(
                System::getenv,
                System::getProperty,
                Path.of(home == null || home.isBlank() ? System.getProperty("user.home", "") : home),
                clock,
                new JdkAwsHttp());
    }

    /** An environment variable without white space around it; empty if it is not set. */
    String variable(String name) {
        return trimmed(environment.apply(name));
    }

    /** A system property without white space around it; empty if it is not set. */
    String property(String name) {
        return trimmed(properties.apply(name));
    }

    /** Whether an environment variable says {@code true}. */
    boolean isTrue(String variable) {
        return variable(variable).equalsIgnoreCase("true");
    }

    /** A file that a person named, who may have written {@code ~} for the home directory. */
    Path path(String text) {
        try {
            return text.startsWith("~/") || text.startsWith("~\\") ? home.resolve(text.substring(2)) : Path.of(text);
        } catch (InvalidPathException e) {
            throw new LlmException(Kind.CONFIGURATION, "'" + text + "' is no path of a file.", e);
        }
    }

    /** The text of a file that must be there. */
    static String read(Path file, String what) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new LlmException(
                        Kind.CONFIGURATION, what + " " + file + " is larger than " + MAX_FILE_BYTES + " bytes.");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    what + " " + file + " cannot be read (" + e.getClass().getSimpleName()
                            + "); check the path and who may read it.",
                    e);
        }
    }

    private static String trimmed(@Nullable String value) {
        return value == null ? "" : value.trim();
    }

    /** Shows no value of the environment. */
    @Override
    public String toString() {
        return "Surroundings[home=" + home + "]";
    }
}
