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
 * The parts of the process and its machine that AWS's conventions use. It is a parameter everywhere, so that tests can
 * replace it.
 *
 * @param variables the environment variables
 * @param properties the system properties
 * @param home the user's home directory, which contains {@code .aws}
 * @param clock the clock for expirations and signatures
 * @param http the HTTP client for services that issue credentials
 */
record AwsEnvironment(
        Function<String, @Nullable String> variables,
        Function<String, @Nullable String> properties,
        Path home,
        Clock clock,
        AwsHttp http) {
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** The environment of this process. */
    static AwsEnvironment ofThisProcess(Clock clock) {
        String home = System.getenv("HOME");
        return new AwsEnvironment(
                System::getenv,
                System::getProperty,
                Path.of(home == null || home.isBlank() ? System.getProperty("user.home", "") : home),
                clock,
                new JdkAwsHttp());
    }

    /** The trimmed value of an environment variable; empty if it is not set. */
    String variable(String name) {
        return trimmed(variables.apply(name));
    }

    /** The trimmed value of a system property; empty if it is not set. */
    String property(String name) {
        return trimmed(properties.apply(name));
    }

    /** Whether an environment variable is {@code true}, in any case. */
    boolean isTrue(String variable) {
        return variable(variable).equalsIgnoreCase("true");
    }

    /** The path of a configured file. {@code ~} at the beginning stands for the home directory. */
    Path path(String text) {
        try {
            return text.startsWith("~/") || text.startsWith("~\\") ? home.resolve(text.substring(2)) : Path.of(text);
        } catch (InvalidPathException e) {
            throw new LlmException(Kind.CONFIGURATION, "'" + text + "' is not the path of a file.", e);
        }
    }

    /**
     * The text of a file.
     *
     * @param title what the file is, as the subject of an error message
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if the file cannot be read or is too large
     */
    static String read(Path file, String title) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new LlmException(
                        Kind.CONFIGURATION, title + " " + file + " is larger than " + MAX_FILE_BYTES + " bytes.");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    title + " " + file + " cannot be read (" + e.getClass().getSimpleName()
                            + "); check the path and the permissions of the file.",
                    e);
        }
    }

    private static String trimmed(@Nullable String value) {
        return value == null ? "" : value.trim();
    }

    /** Contains no environment variable and no system property. */
    @Override
    public String toString() {
        return "AwsEnvironment[home=" + home + "]";
    }
}
