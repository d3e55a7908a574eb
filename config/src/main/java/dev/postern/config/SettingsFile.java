package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.spi.Settings;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of an application beside that of its gateway, such as a list of keys, with the same syntax and errors: YAML or JSON,
 * at most 1 MiB, and each failure names file, line and path. It has one section at the top, and no variables.
 */
public final class SettingsFile {
    private SettingsFile() {}

    /**
     * Reads the only section of a file. An empty file, or one with an empty section, gives a section without keys. The caller
     * reads its keys and then calls {@link Settings#refuseUnknown}.
     *
     * @param name the name of the section, such as {@code keys}
     * @throws LlmException of kind CONFIGURATION if the file cannot be read, if it is invalid, or if it has another section
     */
    public static Settings read(Path file, String name) {
        ConfigText text = ConfigText.of(file);
        Node.Section root = text.text().isBlank() ? new Node.Section(1, Map.of(), 1, 1) : DocumentReader.read(text);
        root.entries().forEach((key, node) -> {
            if (!key.equals(name)) {
                throw text.error(node.line(), "this file has one section, '" + name + "'; remove the other one");
            }
        });
        return SettingsReader.of(text, Sections.top(text, root, name), name, new Variables(Map.of()));
    }
}
