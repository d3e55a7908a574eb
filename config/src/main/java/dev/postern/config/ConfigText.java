package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The text of a configuration.
 *
 * @param name the name of the file in errors; empty if the text has none
 * @param text the whole text, at most {@value #MAX_LENGTH} characters
 */
record ConfigText(String name, String text) {
    static final int MAX_LENGTH = 1 << 20;

    static ConfigText of(Path file) {
        String name = file.toString();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_LENGTH + 1);
        } catch (NoSuchFileException e) {
            throw error(name + ": there is no such file");
        } catch (IOException | SecurityException e) {
            // the message depends on the language of the system and says no more than the class
            throw error(name + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        if (bytes.length > MAX_LENGTH) {
            throw tooLong(name);
        }
        try {
            return of(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw error(name + ": is not text in UTF-8");
        }
    }

    static ConfigText of(String name, String text) {
        if (text.length() > MAX_LENGTH) {
            throw tooLong(name);
        }
        return new ConfigText(name, text.startsWith("\uFEFF") ? text.substring(1) : text); // a byte order mark
    }

    /** Decides by the ending of the name, else by the first character. */
    boolean isJson() {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".json")) {
            return true;
        }
        return !lower.endsWith(".yaml")
                && !lower.endsWith(".yml")
                && text.stripLeading().startsWith("{");
    }

    /** The prefix of an error: file and line, or one of them. Lines count from 1; 0 is unknown. */
    String at(int line) {
        if (line < 1) {
            return titled(name);
        }
        return name.isEmpty() ? "line " + line : name + ":" + line;
    }

    LlmException error(int line, String sentence) {
        return error(at(line) + ": " + sentence);
    }

    private static String titled(String name) {
        return name.isEmpty() ? "the configuration" : name;
    }

    private static LlmException tooLong(String name) {
        return error(titled(name) + ": is longer than 1 MiB, the limit of a configuration");
    }

    private static LlmException error(String message) {
        return new LlmException(Kind.CONFIGURATION, message);
    }
}
