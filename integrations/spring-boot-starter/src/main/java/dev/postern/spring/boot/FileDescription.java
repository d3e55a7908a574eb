package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.FileUrlResource;
import org.springframework.core.io.Resource;
import org.springframework.util.ResourceUtils;

/** Reads the Postern file that {@code postern.config} names. The variables of the file are properties of the application. */
final class FileDescription {
    /** The limit of a configuration, as in the loader. */
    private static final int MOST_BYTES = 1 << 20;

    private static final String CLASS_PATH = "classpath:";
    private static final String FILE = "file:";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)");
    private static final Pattern OTHER_SCHEME =
            Pattern.compile("[A-Za-z][A-Za-z0-9+*.-]+:.*"); // of two letters or more

    private FileDescription() {}

    /**
     * Reads the file.
     *
     * @param location a path, or one that begins with {@code classpath:} or {@code file:}
     * @param properties has the variables of the file
     * @throws LlmException of kind CONFIGURATION if there is no such file, or if it cannot be read
     */
    static Description of(String location, PropertyResolver properties, @Nullable ClassLoader classLoader) {
        String text = read(location, resource(location, classLoader));
        return new Description(location, text, variables(location, text, properties), UnaryOperator.identity());
    }

    private static Resource resource(String location, @Nullable ClassLoader classLoader) {
        if (location.startsWith(CLASS_PATH)) {
            return new ClassPathResource(location.substring(CLASS_PATH.length()), classLoader);
        }
        if (location.startsWith(FILE)) {
            try {
                return new FileUrlResource(ResourceUtils.toURL(location));
            } catch (MalformedURLException e) {
                throw error("'" + location + "' is not a valid location", e);
            }
        }
        if (OTHER_SCHEME.matcher(location).matches()) {
            throw error("'" + location + "' must be a path, or begin with classpath: or file:", null);
        }
        return new FileSystemResource(location);
    }

    private static String read(String location, Resource resource) {
        byte[] bytes;
        try (InputStream in = resource.getInputStream()) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw error("there is no file '" + location + "'; correct the location, or create the file", e);
        } catch (IOException e) {
            throw error(
                    "the file '" + location + "' cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
        if (bytes.length > MOST_BYTES) {
            throw error("the file '" + location + "' is longer than 1 MiB, the limit of a configuration", null);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw error("the file '" + location + "' is not text in UTF-8", null);
        }
    }

    private static Map<String, String> variables(String location, String text, PropertyResolver properties) {
        Map<String, String> variables = new HashMap<>();
        Matcher names = VARIABLE.matcher(text);
        while (names.find()) {
            String name = names.group(1);
            try {
                String value = properties.getProperty(name);
                if (value != null) {
                    variables.put(name, value);
                }
            } catch (IllegalArgumentException e) { // its message shows the value
                throw error(
                        "the variable " + name + " of the file '" + location
                                + "' has a value with a placeholder that cannot be resolved; set what the value refers"
                                + " to",
                        null);
            }
        }
        return variables;
    }

    private static LlmException error(String sentence, @Nullable Exception cause) {
        LlmException.Builder error = LlmException.builder(Kind.CONFIGURATION, "postern.config: " + sentence);
        return (cause == null ? error : error.cause(cause)).build();
    }
}
